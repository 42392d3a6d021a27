package dev.mobilesync.web.sweep;

import dev.mobilesync.messages.Status;
import dev.mobilesync.messages.SyncRecord;
import dev.mobilesync.web.store.CaptureMetadata;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** When a stored picture is one that the state does not speak of, though it should. */
final class OrphanDetector {

    private OrphanDetector() {}

    /**
     * Why the picture's status has to be published again, in a few words, or {@code null} if it has not.
     *
     * @param record its examinee's, if there is one
     * @param indexed whether the plan's index lists the examinee
     */
    static @Nullable String reason(CaptureMetadata picture, @Nullable SyncRecord record, boolean indexed) {
        if (record == null) {
            return "no record";
        }
        Instant retakeAt = record.retakeAt();
        if (retakeAt != null && !picture.timestamp().isAfter(retakeAt)) {
            return null;
        }
        if (record.status() != Status.COMPLETED) {
            return "record is not COMPLETED";
        }
        if (record.imageUrl() == null || picture.timestamp().isAfter(record.timestamp())) {
            return "record names another picture or none";
        }
        return indexed ? null : "not in the plan's index";
    }
}
