package dev.mobilesync.messages;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The examinee is waited for.
 *
 * @param deadline when the wait times out
 * @param reason why a proctor wants another picture, if one does
 * @param deviceId the phone, if one is known already
 */
public record MobileSyncWaiting(
        String planId,
        String examineeId,
        Status status,
        Instant timestamp,
        Instant deadline,
        @Nullable String reason,
        @Nullable String deviceId)
        implements Broadcast {

    public MobileSyncWaiting {
        new ExamineeKey(planId, examineeId);
        requireNonNull(status, "status");
        requireNonNull(timestamp, "timestamp");
        requireNonNull(deadline, "deadline");
    }
}
