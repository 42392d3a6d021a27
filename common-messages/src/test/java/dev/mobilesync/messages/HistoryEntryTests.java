package dev.mobilesync.messages;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class HistoryEntryTests {

    private static final ExamineeKey EXAMINEE = new ExamineeKey("P001", "E001");
    private static final Instant NINE = Instant.parse("2026-01-01T09:00:00Z");

    @Test
    void hasTimeOfLateEvent() {
        SyncRecord timedOut = SyncRecord.builder(EXAMINEE)
                .status(Status.TIMEOUT, "late-pairing", NINE.plusSeconds(60))
                .error(SyncError.of(ErrorCode.SYNC_TIMEOUT, "late"))
                .device("M001")
                .build();
        assertThat(HistoryEntry.of(timedOut, MobileSyncStatus.paired(EXAMINEE, "M001", NINE))
                        .timestamp())
                .isEqualTo(NINE);
        assertThat(HistoryEntry.of(timedOut, null).timestamp()).isEqualTo(NINE.plusSeconds(60));
    }
}
