package dev.mobilesync.messages;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The examinee waits for a picture.
 *
 * @param deadline when the wait times out
 * @param reason why a proctor ordered another picture, if one did
 * @param deviceId the phone, if one is paired
 * @param notEntered true after a reset until the examinee enters the step, or a phone is paired
 * @param name the examinee's, if the token has one
 */
public record MobileSyncWaiting(
        String planId,
        String examineeId,
        Status status,
        Instant timestamp,
        Instant deadline,
        @Nullable String reason,
        @Nullable String deviceId,
        @Nullable Boolean notEntered,
        @Nullable String name)
        implements Broadcast {

    public MobileSyncWaiting {
        new ExamineeKey(planId, examineeId);
        requireNonNull(status, "status");
        requireNonNull(timestamp, "timestamp");
        requireNonNull(deadline, "deadline");
    }
}
