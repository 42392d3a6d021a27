package dev.mobilesync.messages;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A picture is stored, or a proctor accepted without one.
 *
 * @param deviceId the phone; absent only if a proctor accepted without one
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
