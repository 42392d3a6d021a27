package dev.mobilesync.messages;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A picture is stored, or an {@code ACCEPT} completed the step, possibly without a picture.
 *
 * @param deviceId the phone; absent only if an {@code ACCEPT} completed the step without a phone
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
