package dev.mobilesync.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.MobileSyncOrder.Order;
import dev.mobilesync.messages.Status;
import dev.mobilesync.messages.SyncRecord;
import dev.mobilesync.reliability.FinalState.DeadLetter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests that the checker accepts valid histories and reports each kind of violation. */
class CheckerTests {

    private static final ExamineeKey E1 = new ExamineeKey("P1", "E1");
    private static final ExamineeKey E2 = new ExamineeKey("P1", "E2");
    private static final Instant T0 = Instant.parse("2026-01-01T09:00:00Z");
    private static final Instant TAKEN = T0.plusSeconds(10);

    private final List<Event> history = new ArrayList<>(List.of(
            received(1, Status.WAITING, T0, 1),
            sent("a", 1),
            answered("a", 1, 503, "STATUS_PUBLISH_FAILED", null, 3_000),
            sent("a", 2),
            answered("a", 2, 201, null, TAKEN, 20),
            received(1, Status.COMPLETED, TAKEN, 2)));
    private final List<DeadLetter> deadLetters = new ArrayList<>();
    private @Nullable SyncRecord record = record(Status.COMPLETED, TAKEN, 2);
    private @Nullable String stored = "a";

    private static Event sent(String picture, int attempt) {
        return new Event.Uploading(T0, E1, "web-server-1", picture, attempt);
    }

    private static Event answered(
            String picture, int attempt, int status, @Nullable String code, @Nullable Instant timestamp, long millis) {
        return new Event.Answered(
                T0, E1, "web-server-1", picture, attempt, status, code, timestamp, Duration.ofMillis(millis));
    }

    private static Event received(int connection, Status status, Instant timestamp, long revision) {
        String type = "mobile_sync_" + status.name().toLowerCase(Locale.ROOT);
        return new Event.Received(T0, E1, connection, type, E1, status, timestamp, revision);
    }

    private static SyncRecord record(Status status, Instant timestamp, long revision) {
        return SyncRecord.builder(E1)
                .status(status, "m", timestamp)
                .revision(revision)
                .build();
    }

    /** The browser receives this status; the record has the same revision and is COMPLETED. */
    private void recordChange(Status status, Instant timestamp, long revision) {
        history.add(received(1, status, timestamp, revision));
        record = record(Status.COMPLETED, timestamp, revision);
    }

    private List<String> violations() {
        return Checker.strict().check(history, end());
    }

    private FinalState end() {
        return new FinalState(
                record == null ? Map.of() : Map.of(E1, record),
                stored == null ? Map.of() : Map.of(E1, stored),
                deadLetters);
    }

    private void assertViolation(String what) {
        assertThat(violations()).singleElement().asString().contains(what);
    }

    @Test
    void acceptsHistoryWithoutViolation() {
        assertThat(violations()).isEmpty();
    }

    @Test
    void acceptsCurrentStateAfterReconnect() {
        history.set(5, received(2, Status.COMPLETED, TAKEN, 2));
        history.add(received(2, Status.COMPLETED, TAKEN, 2));
        assertThat(violations()).isEmpty();
    }

    @Test
    void acceptsPictureReplacedByNewer() {
        Instant later = TAKEN.plusSeconds(5);
        history.add(sent("b", 1));
        history.add(answered("b", 1, 201, null, later, 20));
        recordChange(Status.COMPLETED, later, 3);
        stored = "b";
        assertThat(violations()).isEmpty();
    }

    @Test
    void acceptsRetakeOnlyAfterOrder() {
        Instant later = TAKEN.plusSeconds(5);
        history.add(received(1, Status.WAITING, TAKEN.plusSeconds(1), 3));
        history.add(sent("b", 1));
        history.add(answered("b", 1, 201, null, later, 20));
        recordChange(Status.COMPLETED, later, 4);
        stored = "b";
        assertViolation("went from COMPLETED to WAITING");
        history.add(new Event.Ordered(T0, E1, Order.RETAKE));
        assertThat(violations()).isEmpty();
    }

    @Test
    void reportsAcceptedUploadWithoutRecord() {
        record = null;
        assertThat(violations()).anyMatch(violation -> violation.contains("the record is missing"));
    }

    @Test
    void reportsAcceptedUploadStillWaiting() {
        record = record(Status.WAITING, TAKEN, 2);
        assertViolation("the record is WAITING");
    }

    @Test
    void reportsRecordOfEarlierPicture() {
        record = record(Status.COMPLETED, TAKEN.minusSeconds(1), 2);
        assertViolation("the record of");
    }

    @Test
    void reportsAcceptedUploadWithoutPicture() {
        stored = null;
        assertViolation("the store has none");
    }

    @Test
    void reportsDifferentPictureInStore() {
        stored = "b";
        assertViolation("the store has b");
    }

    @Test
    void reportsMissingNotification() {
        history.remove(5);
        record = record(Status.COMPLETED, TAKEN, 1);
        assertViolation("never received");
    }

    @Test
    void reportsNotificationOfEarlierPictureOnly() {
        history.set(5, received(1, Status.COMPLETED, TAKEN.minusSeconds(1), 2));
        assertViolation("never received");
    }

    @Test
    void reportsMessageOfOtherExaminee() {
        history.add(new Event.Received(T0, E1, 1, "mobile_sync_waiting", E2, Status.WAITING, T0, null));
        assertViolation("received a message about");
    }

    /** The browser missed changes before the second timeout. */
    @ParameterizedTest
    @CsvSource({"WAITING, 3", "FAILED, 7"})
    void reportsStatusRegression(Status status, long revision) {
        recordChange(status, TAKEN, revision);
        assertViolation("went from COMPLETED to " + status);
    }

    /** Revisions are Redis times in microseconds and never adjacent. */
    @Test
    void reportsRepeatedTimeout() {
        history.add(1, received(1, Status.TIMEOUT, T0, 1_000_000));
        history.add(2, received(1, Status.TIMEOUT, T0, 2_000_000));
        history.set(7, received(1, Status.COMPLETED, TAKEN, 3_000_000));
        record = record(Status.COMPLETED, TAKEN, 3_000_000);
        assertViolation("went from TIMEOUT to TIMEOUT");
    }

    @Test
    void reportsRevisionRegression() {
        history.add(received(2, Status.WAITING, T0, 1));
        assertViolation("received revision 1 after 2");
    }

    @Test
    void reportsTwoStatesOfOneRevision() {
        history.add(received(1, Status.COMPLETED, TAKEN.plusMillis(1), 2));
        assertViolation("is both");
    }

    @Test
    void reportsMissingLastRevision() {
        record = record(Status.COMPLETED, TAKEN, 3);
        assertViolation("the browser's last revision is 2, the record's 3");
    }

    @Test
    void reportsPictureAcceptedTwice() {
        history.add(answered("a", 3, 201, null, TAKEN.plusSeconds(1), 20));
        recordChange(Status.COMPLETED, TAKEN.plusSeconds(1), 3);
        assertThat(violations())
                .anyMatch(violation -> violation.contains("was accepted more than once"))
                .anyMatch(violation -> violation.contains("completed the step 2 times"));
    }

    @Test
    void reportsRetryThatCompletesTwice() {
        history.add(3, received(1, Status.COMPLETED, T0.plusSeconds(1), 2));
        history.set(6, received(1, Status.COMPLETED, TAKEN, 3));
        record = record(Status.COMPLETED, TAKEN, 3);
        assertViolation("completed the step 2 times");
    }

    @Test
    void acceptsSecondCompletionAfterRedisLoss() {
        recordChange(Status.COMPLETED, TAKEN, 3);
        assertViolation("completed the step 2 times");
        assertThat(Checker.strict().withLostWrites().check(history, end())).isEmpty();

        stored = null;
        assertThat(Checker.strict().withLostWrites().check(history, end()))
                .singleElement()
                .asString()
                .contains("the store has none");
    }

    @Test
    void reportsPictureThatWasNeverAccepted() {
        history.add(sent("b", 1));
        history.add(answered("b", 1, 503, "CAPTURE_STORE_FAILED", null, 100));
        assertViolation("picture b was never answered with 201");
    }

    @Test
    void reportsForeignPictureOfProctor() {
        history.add(new Event.PictureSeen(T0, E1, "web-server-1", "a"));
        assertThat(violations()).isEmpty();
        history.add(new Event.PictureSeen(T0, E1, "web-server-1", "b"));
        assertViolation("the proctor saw picture b, which was never sent");
    }

    @Test
    void reportsSlowErrorResponse() {
        history.set(2, answered("a", 1, 503, "STATUS_PUBLISH_FAILED", null, 5_001));
        assertViolation("took 5001 ms");
    }

    @Test
    void reportsLateAcceptance() {
        history.set(4, answered("a", 2, 201, null, TAKEN, 5_001));
        assertViolation("201 of web-server-1 took 5001 ms");
    }

    @Test
    void reportsUnansweredUpload() {
        history.set(2, new Event.Unanswered(T0, E1, "web-server-1", "a", 1, "timeout", Duration.ofSeconds(12)));
        assertViolation("no response of web-server-1 took 12000 ms");
    }

    @Test
    void toleratesSlowErrorResponseUnderCpuLoad() {
        history.set(2, answered("a", 1, 503, "STATUS_PUBLISH_FAILED", null, 6_000));
        history.add(new Event.CpuSample(T0.minusSeconds(2), 5));
        assertThat(violations()).isEmpty();
        history.add(new Event.CpuSample(T0.minusSeconds(1), 2));
        assertViolation("took 6000 ms");
    }

    @Test
    void reportsUndocumentedStatus() {
        history.set(2, answered("a", 1, 500, "INTERNAL_ERROR", null, 10));
        assertViolation("answered with 500 INTERNAL_ERROR");
    }

    @Test
    void reportsUndocumentedMessage() {
        history.add(new Event.Undocumented(T0, "the status is not listed"));
        assertViolation("the status is not listed");
        assertThat(Checker.strict().withPreviousRelease().check(history, end())).isEmpty();
    }

    @Test
    void reportsDeadLetterThatCanBeProcessed() {
        deadLetters.add(new DeadLetter("m1", "", true));
        assertViolation("could be processed");
        assertThat(Checker.strict().withUnprocessableMessages().check(history, end()))
                .hasSize(1);
    }

    @Test
    void reportsUnexpectedDeadLetter() {
        deadLetters.add(new DeadLetter("m1", "not valid JSON", false));
        assertViolation("is a dead letter");
        assertThat(Checker.strict().withUnprocessableMessages().check(history, end()))
                .isEmpty();
    }
}
