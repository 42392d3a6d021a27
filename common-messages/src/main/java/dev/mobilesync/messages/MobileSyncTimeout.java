package dev.mobilesync.messages;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The deadline passed without a picture.
 *
 * @param notEntered see {@link SyncRecord}
 */
public record MobileSyncTimeout(
        String planId,
        String examineeId,
        Status status,
        Instant timestamp,
        SyncError error,
        @Nullable Boolean notEntered)
        implements Broadcast {

    public MobileSyncTimeout {
        new ExamineeKey(planId, examineeId);
        requireNonNull(status, "status");
        requireNonNull(timestamp, "timestamp");
        requireNonNull(error, "error");
    }
}
