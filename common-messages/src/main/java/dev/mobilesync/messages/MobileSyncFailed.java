package dev.mobilesync.messages;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** An attempt failed. Whether another one makes sense stands in {@code error.retryable}. */
public record MobileSyncFailed(
        String planId, String examineeId, @Nullable String deviceId, Status status, Instant timestamp, SyncError error)
        implements Broadcast {

    public MobileSyncFailed {
        new ExamineeKey(planId, examineeId);
        requireNonNull(status, "status");
        requireNonNull(timestamp, "timestamp");
        requireNonNull(error, "error");
    }
}
