package dev.mobilesync.web.capture;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.SyncRecord;
import dev.mobilesync.service.redis.SyncRecordReader;
import dev.mobilesync.web.common.TimeLimitedLookup;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Reads a proctor's latest retake request. */
final class RetakeLookup {

    private final SyncRecordReader records;
    private final TimeLimitedLookup lookup;

    RetakeLookup(SyncRecordReader records, TimeLimitedLookup lookup) {
        this.records = records;
        this.lookup = lookup;
    }

    /** When the retake was requested; {@code null} if it was not, and while Redis is unavailable. */
    @Nullable
    Instant requestedAt(ExamineeKey examinee) {
        SyncRecord record =
                lookup.lookUp(() -> records.read(examinee), "a capture is handled as if no retake was requested");
        return record == null ? null : record.retakeAt();
    }
}
