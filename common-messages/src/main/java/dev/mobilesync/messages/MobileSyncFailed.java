package dev.mobilesync.messages;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An attempt failed, or a message about the examinee could not be published or applied. {@code error.retryable} says whether
 * another attempt may succeed.
 *
 * @param deadline when the wait times out, if the examinee still waits
 * @param reason why another picture was ordered, if one was
 */
public record MobileSyncFailed(
        String planId,
        String examineeId,
        @Nullable String deviceId,
        Status status,
        Instant timestamp,
        SyncError error,
        @Nullable Instant deadline,
        @Nullable String reason)
        implements Broadcast {

    public MobileSyncFailed {
        new ExamineeKey(planId, examineeId);
        requireNonNull(status, "status");
        requireNonNull(timestamp, "timestamp");
        requireNonNull(error, "error");
    }

    /** Creates a failure that is not stored in the record. */
    public MobileSyncFailed(
            String planId,
            String examineeId,
            @Nullable String deviceId,
            Status status,
            Instant timestamp,
            SyncError error) {
        this(planId, examineeId, deviceId, status, timestamp, error, null, null);
    }
}
