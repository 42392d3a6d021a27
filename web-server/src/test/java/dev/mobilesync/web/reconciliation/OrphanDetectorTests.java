package dev.mobilesync.web.reconciliation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.messages.CaptureInfo;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.Status;
import dev.mobilesync.messages.SyncRecord;
import dev.mobilesync.web.store.CaptureMetadata;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OrphanDetectorTests {

    private static final ExamineeKey EXAMINEE = new ExamineeKey("P001", "E001");
    private static final Instant TAKEN = Instant.parse("2026-01-01T09:00:00Z");
    private static final CaptureMetadata CAPTURE = new CaptureMetadata(EXAMINEE, "M001", TAKEN, "00", "00", null, null);

    @Test
    void reportsMissingRecord() {
        assertThat(OrphanDetector.reason(CAPTURE, null, false)).isEqualTo("no record");
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "COMPLETED")
    void reportsRecordThatIsNotCompleted(Status status) {
        SyncRecord later = record(status, TAKEN.plusSeconds(9)).build();
        assertThat(OrphanDetector.reason(CAPTURE, later, true)).isEqualTo("record is not COMPLETED");
        assertThat(OrphanDetector.reason(
                        CAPTURE, record(status, TAKEN.minusSeconds(9)).build(), true))
                .isEqualTo("record is not COMPLETED");
    }

    @Test
    void reportsCaptureNewerThanRecord() {
        assertThat(OrphanDetector.reason(CAPTURE, completed(TAKEN.minusMillis(1)), true))
                .isEqualTo("record names another picture or none");
        assertThat(OrphanDetector.reason(
                        CAPTURE, record(Status.COMPLETED, TAKEN.plusSeconds(1)).build(), true))
                .as("accepted by hand, without a picture")
                .isEqualTo("record names another picture or none");
    }

    @Test
    void reportsCaptureNewerThanPictureOfAcceptedRecord() {
        SyncRecord accepted = completed(TAKEN.minusSeconds(5)).toBuilder()
                .status(Status.COMPLETED, "an-accept", TAKEN.plusSeconds(5))
                .build();
        assertThat(OrphanDetector.reason(CAPTURE, accepted, true)).isEqualTo("record names another picture or none");
    }

    @Test
    void acceptsNamedAndOlderCaptures() {
        assertThat(OrphanDetector.reason(CAPTURE, completed(TAKEN), true)).isNull();
        assertThat(OrphanDetector.reason(CAPTURE, completed(TAKEN.plusSeconds(1)), true))
                .isNull();
    }

    @Test
    void reportsMissingIndexEntry() {
        assertThat(OrphanDetector.reason(CAPTURE, completed(TAKEN), false)).isEqualTo("not in the plan's index");
    }

    @Test
    void acceptsCaptureFromBeforeRetake() {
        SyncRecord.Builder waiting = record(Status.WAITING, TAKEN.plusSeconds(5));
        assertThat(OrphanDetector.reason(
                        CAPTURE, waiting.retake("too dark", TAKEN).build(), true))
                .isNull();
        assertThat(OrphanDetector.reason(
                        CAPTURE,
                        waiting.retake("too dark", TAKEN.minusMillis(1)).build(),
                        true))
                .isEqualTo("record is not COMPLETED");
    }

    @Test
    void acceptsCaptureFromBeforeReset() {
        SyncRecord.Builder waiting =
                record(Status.WAITING, TAKEN.plusSeconds(5)).retake(null, TAKEN.minusSeconds(5));
        assertThat(OrphanDetector.reason(CAPTURE, waiting.reset(TAKEN).build(), true))
                .isNull();
        assertThat(OrphanDetector.reason(
                        CAPTURE, waiting.reset(TAKEN.minusMillis(1)).build(), true))
                .isEqualTo("record is not COMPLETED");
    }

    private static SyncRecord completed(Instant timestamp) {
        return record(Status.COMPLETED, timestamp)
                .capture(new CaptureInfo("/captures/E001/sync_cap.jpg", null, null), timestamp)
                .build();
    }

    private static SyncRecord.Builder record(Status status, Instant timestamp) {
        return SyncRecord.builder(EXAMINEE).status(status, "a-message", timestamp);
    }
}
