package dev.mobilesync.messages;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The step is over.
 *
 * @param deviceId the phone; absent only where a proctor accepted by hand without one
 */
public record MobileSyncCompleted(
        String planId, String examineeId, @Nullable String deviceId, Status status, Instant timestamp)
        implements Broadcast {

    public MobileSyncCompleted {
        new ExamineeKey(planId, examineeId);
        requireNonNull(status, "status");
        requireNonNull(timestamp, "timestamp");
    }
}
