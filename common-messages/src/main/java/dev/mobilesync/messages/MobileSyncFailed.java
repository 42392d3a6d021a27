package dev.mobilesync.messages;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An attempt failed. Whether another one makes sense stands in {@code error.retryable}.
 *
 * @param deadline until when a picture is awaited all the same, if somebody waits
 * @param reason why a proctor wants another picture, if one does
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

    /** One that no record stands behind. */
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
