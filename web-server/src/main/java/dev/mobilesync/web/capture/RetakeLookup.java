package dev.mobilesync.web.capture;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.SyncRecord;
import dev.mobilesync.service.redis.SyncRecordReader;
import dev.mobilesync.web.common.TimeLimitedLookup;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Since when a proctor has wanted another picture. */
final class RetakeLookup {

    private final SyncRecordReader records;
    private final TimeLimitedLookup lookup;

    RetakeLookup(SyncRecordReader records, TimeLimitedLookup lookup) {
        this.records = records;
        this.lookup = lookup;
    }

    /** When that was ordered; {@code null} if it was not, and while Redis is away. */
    @Nullable
    Instant orderedAt(ExamineeKey examinee) {
        SyncRecord record =
                lookup.ask(() -> records.read(examinee), "a capture is taken as if no proctor wanted another one");
        return record == null ? null : record.retakeAt();
    }
}
