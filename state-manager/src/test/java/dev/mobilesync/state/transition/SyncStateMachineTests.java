package dev.mobilesync.state.transition;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.messages.CaptureInfo;
import dev.mobilesync.messages.DeviceInfo;
import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.LastOrder;
import dev.mobilesync.messages.MobileSyncOrder;
import dev.mobilesync.messages.MobileSyncOrder.Order;
import dev.mobilesync.messages.MobileSyncStatus;
import dev.mobilesync.messages.MobileSyncWait;
import dev.mobilesync.messages.StateEvent;
import dev.mobilesync.messages.Status;
import dev.mobilesync.messages.SyncError;
import dev.mobilesync.messages.SyncRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SyncStateMachineTests {

    private static final ExamineeKey EXAMINEE = new ExamineeKey("P001", "E001");
    private static final Instant T0 = Instant.parse("2026-01-01T09:00:00Z");
    private static final Duration TIMEOUT = Duration.ofMinutes(5);
    private static final Instant NOW = T0.plusSeconds(60);
    private static final SyncStateMachine STATE_MACHINE = new SyncStateMachine(TIMEOUT);

    /** The columns of the table. */
    enum Input {
        WAIT,
        PAIRED,
        COMPLETED,
        FAILED,
        RETAKE,
        EXTEND,
        ACCEPT,
        DEADLINE;

        Outcome on(@Nullable SyncRecord current, Instant timestamp) {
            if (this == DEADLINE) {
                return current == null ? new Outcome.Stale(null) : STATE_MACHINE.timeOut(current, NOW);
            }
            return STATE_MACHINE.apply(current, event(this, timestamp), id(timestamp), NOW);
        }

        String id(Instant timestamp) {
            return this + "-" + timestamp;
        }
    }

    /** Every cell of the table, for an event newer than the record and a deadline that has not passed. */
    @ParameterizedTest(name = "{0}: {1} → {2}")
    @CsvSource({
        "NONE, WAIT, WAITING",
        "NONE, PAIRED, PAIRED",
        "NONE, COMPLETED, COMPLETED",
        "NONE, FAILED, FAILED",
        "NONE, RETAKE, WAITING",
        "NONE, EXTEND, STALE",
        "NONE, ACCEPT, COMPLETED",
        "NONE, DEADLINE, STALE",
        "WAITING, WAIT, WAITING",
        "WAITING, PAIRED, PAIRED",
        "WAITING, COMPLETED, COMPLETED",
        "WAITING, FAILED, FAILED",
        "WAITING, RETAKE, WAITING",
        "WAITING, EXTEND, WAITING",
        "WAITING, ACCEPT, COMPLETED",
        "WAITING, DEADLINE, STALE",
        "PAIRED, WAIT, WAITING",
        "PAIRED, PAIRED, PAIRED",
        "PAIRED, COMPLETED, COMPLETED",
        "PAIRED, FAILED, FAILED",
        "PAIRED, RETAKE, WAITING",
        "PAIRED, EXTEND, PAIRED",
        "PAIRED, ACCEPT, COMPLETED",
        "PAIRED, DEADLINE, STALE",
        "FAILED, WAIT, WAITING",
        "FAILED, PAIRED, PAIRED",
        "FAILED, COMPLETED, COMPLETED",
        "FAILED, FAILED, FAILED",
        "FAILED, RETAKE, WAITING",
        "FAILED, EXTEND, WAITING",
        "FAILED, ACCEPT, COMPLETED",
        "FAILED, DEADLINE, STALE",
        "TIMEOUT, WAIT, WAITING",
        "TIMEOUT, PAIRED, PAIRED",
        "TIMEOUT, COMPLETED, COMPLETED",
        "TIMEOUT, FAILED, FAILED",
        "TIMEOUT, RETAKE, WAITING",
        "TIMEOUT, EXTEND, WAITING",
        "TIMEOUT, ACCEPT, COMPLETED",
        "TIMEOUT, DEADLINE, SAME",
        "COMPLETED, WAIT, SAME",
        "COMPLETED, PAIRED, STALE",
        "COMPLETED, COMPLETED, COMPLETED",
        "COMPLETED, FAILED, STALE",
        "COMPLETED, RETAKE, WAITING",
        "COMPLETED, EXTEND, STALE",
        "COMPLETED, ACCEPT, COMPLETED",
        "COMPLETED, DEADLINE, STALE",
    })
    void appliesNewerEvent(String from, Input input, String to) {
        assertTransition(from, input, T0.plusSeconds(10), to);
    }

    /** Every cell for an event older than the record: none reverts a status. */
    @ParameterizedTest(name = "{0}: older {1} → {2}")
    @CsvSource({
        "WAITING, WAIT, STALE",
        "WAITING, PAIRED, STALE",
        "WAITING, COMPLETED, COMPLETED",
        "WAITING, FAILED, STALE",
        "WAITING, RETAKE, WAITING",
        "WAITING, EXTEND, WAITING",
        "WAITING, ACCEPT, COMPLETED",
        "PAIRED, WAIT, STALE",
        "PAIRED, PAIRED, STALE",
        "PAIRED, COMPLETED, COMPLETED",
        "PAIRED, FAILED, STALE",
        "PAIRED, RETAKE, PAIRED",
        "PAIRED, EXTEND, PAIRED",
        "PAIRED, ACCEPT, COMPLETED",
        "FAILED, WAIT, STALE",
        "FAILED, PAIRED, STALE",
        "FAILED, COMPLETED, COMPLETED",
        "FAILED, FAILED, STALE",
        "FAILED, RETAKE, FAILED",
        "FAILED, EXTEND, FAILED",
        "FAILED, ACCEPT, COMPLETED",
        "TIMEOUT, WAIT, STALE",
        "TIMEOUT, PAIRED, STALE",
        "TIMEOUT, COMPLETED, COMPLETED",
        "TIMEOUT, FAILED, STALE",
        "TIMEOUT, RETAKE, TIMEOUT",
        "TIMEOUT, EXTEND, WAITING",
        "TIMEOUT, ACCEPT, COMPLETED",
        "COMPLETED, WAIT, SAME",
        "COMPLETED, PAIRED, STALE",
        "COMPLETED, COMPLETED, STALE",
        "COMPLETED, FAILED, STALE",
        "COMPLETED, RETAKE, STALE",
        "COMPLETED, EXTEND, STALE",
        "COMPLETED, ACCEPT, COMPLETED",
    })
    void appliesOlderEvent(String from, Input input, String to) {
        assertTransition(from, input, T0.minusSeconds(10), to);
    }

    private static void assertTransition(String from, Input input, Instant timestamp, String to) {
        SyncRecord current = from.equals("NONE") ? null : recordIn(Status.valueOf(from));
        Outcome outcome = input.on(current, timestamp);
        if (to.equals("STALE") || to.equals("SAME")) {
            assertThat(outcome.label()).isEqualTo(to);
            assertThat(outcome.record()).isEqualTo(current);
            return;
        }
        SyncRecord next = assertNew(outcome);
        assertThat(next.status()).isEqualTo(Status.valueOf(to));
        assertThat(next.messageId()).isEqualTo(input.id(timestamp));
        // Throws if the record lacks a field that the broadcast requires.
        assertThat(next.broadcast().timestamp()).isEqualTo(next.timestamp());
        boolean waits = next.status() == Status.WAITING || next.status() == Status.PAIRED;
        assertThat(next.deadline() != null)
                .isEqualTo(waits || next.status() == Status.FAILED && current != null && current.deadline() != null);
        assertThat(next.errorCode() != null)
                .isEqualTo(next.status() == Status.FAILED || next.status() == Status.TIMEOUT);
    }

    @ParameterizedTest
    @EnumSource(Status.class)
    void repeatedMessageIsSame(Status status) {
        SyncRecord current = recordIn(status);
        for (Input input : EnumSet.complementOf(EnumSet.of(Input.DEADLINE))) {
            Outcome outcome = STATE_MACHINE.apply(current, event(input, T0.plusSeconds(99)), current.messageId(), NOW);
            assertThat(outcome).isEqualTo(new Outcome.Same(current));
        }
    }

    @Nested
    class Picture {

        @Test
        void clearsDeadlineErrorAndReason() {
            SyncRecord current = recordIn(Status.FAILED).toBuilder()
                    .retake("too dark", T0.minusSeconds(5))
                    .build();
            SyncRecord next = assertNew(Input.COMPLETED.on(current, T0.plusSeconds(1)));
            assertThat(next.deadline()).isNull();
            assertThat(next.errorCode()).isNull();
            assertThat(next.errorMessage()).isNull();
            assertThat(next.reason()).isNull();
            assertThat(next.retakeAt()).isEqualTo(T0.minusSeconds(5));
            assertThat(next.imageUrl()).isEqualTo("/captures/E001/sync_cap.jpg");
        }

        @Test
        void keepsOlderTimestamp() {
            assertThat(assertNew(Input.COMPLETED.on(recordIn(Status.TIMEOUT), T0.minusSeconds(3)))
                            .timestamp())
                    .isEqualTo(T0.minusSeconds(3));
        }

        @Test
        void isStaleIfOlderThanRetake() {
            SyncRecord waiting = assertNew(Input.RETAKE.on(recordIn(Status.COMPLETED), T0.plusSeconds(10)));
            assertThat(Input.COMPLETED.on(waiting, T0.plusSeconds(9)).label()).isEqualTo("STALE");
            assertThat(Input.COMPLETED.on(waiting, T0.plusSeconds(10)).label()).isEqualTo("STALE");
            assertThat(assertNew(Input.COMPLETED.on(waiting, T0.plusSeconds(11)))
                            .status())
                    .isEqualTo(Status.COMPLETED);
        }

        @Test
        void isAddedOnceToAcceptedRecord() {
            SyncRecord accepted = assertNew(Input.ACCEPT.on(null, T0.plusSeconds(10)));
            SyncRecord next = assertNew(Input.COMPLETED.on(accepted, T0));
            assertThat(next.imageUrl()).isNotNull();
            assertThat(next.deviceId()).isEqualTo("M001");
            assertThat(next.acceptedBy()).isEqualTo("proctor-7");
            assertThat(next.timestamp()).isEqualTo(T0.plusSeconds(10));
            assertThat(Input.COMPLETED.on(next, T0.plusSeconds(1)).label()).isEqualTo("STALE");
        }

        @Test
        void isStaleAtEqualTimestamp() {
            assertThat(Input.COMPLETED.on(recordIn(Status.COMPLETED), T0).label())
                    .isEqualTo("STALE");
        }
    }

    @Nested
    class Wait {

        @Test
        void keepsDeadlineDeviceImageAndRetake() {
            SyncRecord current = recordIn(Status.PAIRED).toBuilder()
                    .capture(capture())
                    .retake("too dark", T0.minusSeconds(5))
                    .build();
            SyncRecord next = assertNew(Input.WAIT.on(current, T0.plusSeconds(1)));
            assertThat(next.deadline()).isEqualTo(current.deadline());
            assertThat(next.deviceId()).isEqualTo("M000");
            assertThat(next.imageUrl()).isEqualTo(current.imageUrl());
            assertThat(next.reason()).isEqualTo("too dark");
            assertThat(next.retakeAt()).isEqualTo(current.retakeAt());
            assertThat(next.timestamp()).isEqualTo(T0.plusSeconds(1));
        }

        @Test
        void setsNewDeadlineAfterTimeout() {
            SyncRecord next = assertNew(Input.WAIT.on(recordIn(Status.TIMEOUT), T0.plusSeconds(1)));
            assertThat(next.deadline()).isEqualTo(NOW.plus(TIMEOUT));
            assertThat(next.errorCode()).isNull();
        }

        @Test
        void addsDeadlineToNewerFailure() {
            SyncRecord failed = assertNew(Input.FAILED.on(null, T0));
            SyncRecord next = assertNew(Input.WAIT.on(failed, T0.minusSeconds(1)));
            assertThat(next.status()).isEqualTo(Status.FAILED);
            assertThat(next.deadline()).isEqualTo(NOW.plus(TIMEOUT));
            assertThat(next.timestamp()).isEqualTo(T0);
        }
    }

    @Nested
    class Pairing {

        @Test
        void addsDeviceToNewerWait() {
            SyncRecord waiting = assertNew(Input.WAIT.on(null, T0));
            SyncRecord next = assertNew(Input.PAIRED.on(waiting, T0.minusSeconds(1)));
            assertThat(next.status()).isEqualTo(Status.PAIRED);
            assertThat(next.deviceId()).isEqualTo("M001");
            assertThat(next.deadline()).isEqualTo(waiting.deadline());
            assertThat(next.timestamp()).isEqualTo(T0);
        }

        @ParameterizedTest
        @EnumSource(names = {"FAILED", "TIMEOUT"})
        void addsDeviceAndKeepsNewerStatus(Status status) {
            SyncRecord current = recordIn(status).toBuilder().device(null).build();
            SyncRecord next = assertNew(Input.PAIRED.on(current, T0.minusSeconds(1)));
            assertThat(next.status()).isEqualTo(status);
            assertThat(next.deviceId()).isEqualTo("M001");
        }
    }

    @Nested
    class Failure {

        @Test
        void keepsDeadlinePictureAndDevice() {
            SyncRecord current =
                    recordIn(Status.PAIRED).toBuilder().capture(capture()).build();
            MobileSyncStatus nameless = MobileSyncStatus.failed(
                    EXAMINEE, null, T0.plusSeconds(1), SyncError.of(ErrorCode.CAPTURE_TOO_LARGE, "too large"));
            SyncRecord next = assertNew(STATE_MACHINE.apply(current, nameless, "new", NOW));
            assertThat(next.deadline()).isEqualTo(current.deadline());
            assertThat(next.deviceId()).isEqualTo("M000");
            assertThat(next.imageUrl()).isEqualTo(current.imageUrl());
            assertThat(next.errorCode()).isEqualTo(ErrorCode.CAPTURE_TOO_LARGE);
        }
    }

    @Nested
    class Retake {

        @Test
        void keepsPictureAndRevokesAcceptance() {
            SyncRecord accepted = assertNew(Input.ACCEPT.on(recordIn(Status.COMPLETED), T0.plusSeconds(1)));
            SyncRecord next = assertNew(Input.RETAKE.on(accepted, T0.plusSeconds(2)));
            assertThat(next.reason()).isEqualTo("too dark");
            assertThat(next.retakeAt()).isEqualTo(T0.plusSeconds(2));
            assertThat(next.imageUrl()).isNotNull();
            assertThat(next.deadline()).isEqualTo(NOW.plus(TIMEOUT));
            assertThat(next.acceptedBy()).isNull();
            assertThat(next.acceptedReason()).isNull();
            assertThat(next.lastOrder())
                    .isEqualTo(new LastOrder(Order.RETAKE, "proctor-7", "too dark", T0.plusSeconds(2)));
        }

        @Test
        void supersededRetakeStillRejectsOlderPictures() {
            SyncRecord waiting = assertNew(Input.WAIT.on(null, T0.plusSeconds(8)));
            SyncRecord next = assertNew(Input.RETAKE.on(waiting, T0.plusSeconds(6)));
            assertThat(next.timestamp()).isEqualTo(T0.plusSeconds(8));
            assertThat(Input.COMPLETED.on(next, T0.plusSeconds(5)).label()).isEqualTo("STALE");
        }

        @Test
        void rejectsFailureSupersededByOlderPicture() {
            SyncRecord failed = assertNew(Input.FAILED.on(null, T0.plusSeconds(10)));
            SyncRecord completed = assertNew(Input.COMPLETED.on(failed, T0.plusSeconds(5)));
            assertThat(completed.timestamp()).isEqualTo(T0.plusSeconds(5));
            SyncRecord waiting = assertNew(Input.RETAKE.on(completed, T0.plusSeconds(8)));
            assertThat(Input.FAILED.on(waiting, T0.plusSeconds(10)).label()).isEqualTo("STALE");
            assertThat(assertNew(Input.FAILED.on(waiting, T0.plusSeconds(11))).status())
                    .isEqualTo(Status.FAILED);
        }

        @Test
        void isStaleIfRepeatedLater() {
            SyncRecord retaken = assertNew(Input.RETAKE.on(recordIn(Status.COMPLETED), T0.plusSeconds(1)));
            SyncRecord waiting =
                    assertNew(STATE_MACHINE.apply(retaken, event(Input.WAIT, T0.plusSeconds(2)), "other", NOW));
            assertThat(Input.RETAKE.on(waiting, T0.plusSeconds(1)).label()).isEqualTo("STALE");
        }
    }

    @Nested
    class Extension {

        @Test
        void acceptsDeadlineWithinOneDay() {
            SyncRecord waiting = recordIn(Status.WAITING);
            assertThat(extend(waiting, NOW).label()).isEqualTo("STALE");
            assertThat(extend(waiting, NOW.plus(Duration.ofHours(24)).plusMillis(1))
                            .label())
                    .isEqualTo("STALE");
            SyncRecord extended = assertNew(extend(waiting, NOW.plus(Duration.ofHours(24))));
            assertThat(extended.deadline()).isEqualTo(NOW.plus(Duration.ofHours(24)));
            assertThat(extended.lastOrder())
                    .isEqualTo(new LastOrder(Order.EXTEND, "proctor-7", "slow", T0.plusSeconds(9)));
        }

        @Test
        void isSameForUnchangedDeadline() {
            SyncRecord extended = assertNew(extend(recordIn(Status.WAITING), NOW.plusSeconds(900)));
            assertThat(extend(extended, NOW.plusSeconds(900)).label()).isEqualTo("SAME");
        }

        @Test
        void shortensOnlyIfNewer() {
            SyncRecord extended = assertNew(extend(recordIn(Status.WAITING), NOW.plusSeconds(900)));
            assertThat(assertNew(extend(extended, NOW.plusSeconds(30))).deadline())
                    .isEqualTo(NOW.plusSeconds(30));
            SyncRecord waiting = assertNew(Input.WAIT.on(extended, T0.plusSeconds(50)));
            assertThat(extend(waiting, NOW.plusSeconds(30)).label()).isEqualTo("STALE");
        }

        private Outcome extend(SyncRecord current, Instant deadline) {
            MobileSyncOrder order =
                    new MobileSyncOrder("P001", "E001", Order.EXTEND, "slow", "proctor-7", T0.plusSeconds(9), deadline);
            return STATE_MACHINE.apply(current, order, "extend-" + deadline, NOW);
        }
    }

    @Nested
    class Acceptance {

        @Test
        void recordsProctorAndIsSameIfRepeated() {
            SyncRecord accepted = assertNew(Input.ACCEPT.on(recordIn(Status.TIMEOUT), T0.plusSeconds(1)));
            assertThat(accepted.acceptedBy()).isEqualTo("proctor-7");
            assertThat(accepted.acceptedReason()).isEqualTo("too dark");
            SyncRecord newer =
                    assertNew(STATE_MACHINE.apply(accepted, event(Input.COMPLETED, T0.plusSeconds(2)), "picture", NOW));
            assertThat(newer.acceptedBy()).isEqualTo("proctor-7");
            assertThat(newer.lastOrder())
                    .isEqualTo(new LastOrder(Order.ACCEPT, "proctor-7", "too dark", T0.plusSeconds(1)));
            assertThat(Input.ACCEPT.on(newer, T0.plusSeconds(1)).label()).isEqualTo("SAME");
        }

        @Test
        void isStaleIfOlderThanRetake() {
            SyncRecord waiting = assertNew(Input.RETAKE.on(recordIn(Status.COMPLETED), T0.plusSeconds(5)));
            assertThat(Input.ACCEPT.on(waiting, T0.plusSeconds(4)).label()).isEqualTo("STALE");
        }
    }

    @Nested
    class PassedDeadline {

        @ParameterizedTest
        @EnumSource(names = {"WAITING", "PAIRED", "FAILED"})
        void timesOut(Status status) {
            Instant deadline = requireNonNull(recordIn(status).deadline());
            SyncRecord next = assertNew(STATE_MACHINE.timeOut(recordIn(status), deadline));
            assertThat(next.status()).isEqualTo(Status.TIMEOUT);
            assertThat(next.deadline()).isNull();
            assertThat(next.errorCode()).isEqualTo(ErrorCode.SYNC_TIMEOUT);
            assertThat(next.timestamp()).isEqualTo(deadline);
            assertThat(STATE_MACHINE
                            .timeOut(recordIn(status), deadline.minusMillis(1))
                            .label())
                    .isEqualTo("STALE");
            assertThat(STATE_MACHINE.timeOut(next, deadline.plusSeconds(30))).isEqualTo(new Outcome.Same(next));
        }

        @Test
        void messageIdIsUniquePerDeadline() {
            SyncRecord waiting = recordIn(Status.WAITING);
            Instant deadline = requireNonNull(waiting.deadline());
            String id = assertNew(STATE_MACHINE.timeOut(waiting, deadline)).messageId();
            assertThat(assertNew(STATE_MACHINE.timeOut(waiting, deadline.plusSeconds(1)))
                            .messageId())
                    .isEqualTo(id);
            SyncRecord extended =
                    waiting.toBuilder().deadline(deadline.plusSeconds(1)).build();
            assertThat(assertNew(STATE_MACHINE.timeOut(extended, deadline.plusSeconds(1)))
                            .messageId())
                    .isNotEqualTo(id);
        }

        @Test
        void isStaleWithoutDeadlineOrIfCompleted() {
            assertThat(STATE_MACHINE
                            .timeOut(recordIn(Status.COMPLETED), NOW.plusSeconds(9_999))
                            .label())
                    .isEqualTo("STALE");
            SyncRecord failed = assertNew(Input.FAILED.on(null, T0));
            assertThat(STATE_MACHINE.timeOut(failed, NOW.plusSeconds(9_999)).label())
                    .isEqualTo("STALE");
        }
    }

    /** Random orders with repetitions. The seed makes a failure reproducible. */
    @Nested
    class AnyOrder {

        private static final int ROUNDS = 20_000;

        @Test
        void pictureCompletesPermanently() {
            for (int seed = 0; seed < ROUNDS; seed++) {
                Random random = new Random(seed);
                List<Numbered> messages = shuffled(random, EnumSet.of(Input.WAIT, Input.PAIRED, Input.FAILED));
                messages.add(random.nextInt(messages.size() + 1), new Numbered(Input.COMPLETED, random.nextInt(100)));
                SyncRecord record = null;
                boolean completed = false;
                for (Numbered message : messages) {
                    record = record == null ? message.on(null) : message.on(record);
                    completed |= record != null && record.status() == Status.COMPLETED;
                    assertThat(record != null && record.status() == Status.COMPLETED)
                            .as("seed %d: %s", seed, messages)
                            .isEqualTo(completed);
                }
                assertThat(completed).isTrue();
            }
        }

        @Test
        void newestRetakeOrPictureDecides() {
            for (int seed = 0; seed < ROUNDS; seed++) {
                Random random = new Random(seed);
                List<Numbered> messages = shuffled(
                        random, EnumSet.of(Input.WAIT, Input.PAIRED, Input.FAILED, Input.COMPLETED, Input.RETAKE));
                int picture = newest(messages, Input.COMPLETED);
                int retake = newest(messages, Input.RETAKE);
                SyncRecord record = null;
                for (Numbered message : messages) {
                    record = message.on(record);
                }
                assertThat(record != null && record.status() == Status.COMPLETED)
                        .as("seed %d: %s", seed, messages)
                        .isEqualTo(picture > retake);
            }
        }

        @Test
        void repeatedMessagesKeepStatus() {
            for (int seed = 0; seed < ROUNDS; seed++) {
                Random random = new Random(seed);
                List<Numbered> messages = shuffled(random, EnumSet.complementOf(EnumSet.of(Input.DEADLINE)));
                SyncRecord record = null;
                List<Numbered> applied = new ArrayList<>();
                for (Numbered message : messages) {
                    SyncRecord next = message.on(record);
                    if (next != record) {
                        applied.add(message);
                    }
                    record = next;
                }
                Status status = record == null ? null : record.status();
                for (Numbered message : applied) {
                    SyncRecord repeated = message.on(record);
                    assertThat(repeated == null ? null : repeated.status())
                            .as("seed %d: %s, repeated %s", seed, messages, message)
                            .isEqualTo(status);
                }
            }
        }

        private static int newest(List<Numbered> messages, Input input) {
            return messages.stream()
                    .filter(message -> message.input == input)
                    .mapToInt(message -> message.second)
                    .max()
                    .orElse(-1);
        }

        /** Returns random messages with different timestamps, some of them twice. */
        private static List<Numbered> shuffled(Random random, Set<Input> inputs) {
            List<Input> kinds = new ArrayList<>(inputs);
            List<Integer> seconds = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                seconds.add(i);
            }
            Collections.shuffle(seconds, random);
            List<Numbered> messages = new ArrayList<>();
            int count = 1 + random.nextInt(6);
            for (int i = 0; i < count; i++) {
                Numbered message = new Numbered(kinds.get(random.nextInt(kinds.size())), seconds.get(i));
                messages.add(message);
                if (random.nextInt(3) == 0) {
                    messages.add(message);
                }
            }
            Collections.shuffle(messages, random);
            return messages;
        }
    }

    private record Numbered(Input input, int second) {

        @Nullable
        SyncRecord on(@Nullable SyncRecord current) {
            return input.on(current, T0.plusSeconds(second)).record();
        }
    }

    private static SyncRecord assertNew(Outcome outcome) {
        assertThat(outcome).isInstanceOf(Outcome.New.class);
        return requireNonNull(outcome.record());
    }

    /** Returns a complete record in the given status since {@code T0}. */
    private static SyncRecord recordIn(Status status) {
        SyncRecord.Builder builder = SyncRecord.builder(EXAMINEE)
                .status(status, "old", T0)
                .device("M000")
                .revision(NOW.toEpochMilli());
        switch (status) {
            case WAITING, PAIRED -> builder.deadline(T0.plus(TIMEOUT));
            case FAILED ->
                builder.deadline(T0.plus(TIMEOUT)).error(SyncError.of(ErrorCode.CAPTURE_STORE_FAILED, "unavailable"));
            case TIMEOUT -> builder.error(SyncError.of(ErrorCode.SYNC_TIMEOUT, "late"));
            case COMPLETED -> builder.capture(capture());
        }
        return builder.build();
    }

    private static StateEvent event(Input input, Instant timestamp) {
        return switch (input) {
            case WAIT -> new MobileSyncWait("P001", "E001", timestamp);
            case PAIRED -> MobileSyncStatus.paired(EXAMINEE, "M001", timestamp);
            case COMPLETED -> MobileSyncStatus.completed(EXAMINEE, "M001", timestamp, capture());
            case FAILED ->
                MobileSyncStatus.failed(
                        EXAMINEE, "M001", timestamp, SyncError.of(ErrorCode.CAPTURE_STORE_FAILED, "unavailable"));
            case RETAKE -> order(Order.RETAKE, timestamp, null);
            case EXTEND -> order(Order.EXTEND, timestamp, NOW.plusSeconds(1_000 + timestamp.getEpochSecond() % 100));
            case ACCEPT -> order(Order.ACCEPT, timestamp, null);
            case DEADLINE -> throw new IllegalArgumentException("not an event");
        };
    }

    private static MobileSyncOrder order(Order order, Instant timestamp, @Nullable Instant deadline) {
        return new MobileSyncOrder("P001", "E001", order, "too dark", "proctor-7", timestamp, deadline);
    }

    private static CaptureInfo capture() {
        return new CaptureInfo("/captures/E001/sync_cap.jpg", new DeviceInfo("iPhone 12", "iOS 15.0"), "v1");
    }
}
