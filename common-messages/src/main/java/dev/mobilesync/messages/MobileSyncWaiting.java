package dev.mobilesync.messages;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The examinee waits for a picture.
 *
 * @param deadline when the wait times out
 * @param retakeReason why another picture was ordered, if one was; {@code reason} in JSON
 * @param deviceId the phone, if one is paired
 * @param notEntered see {@link SyncRecord}
 * @param name the examinee's, if the token has one
 */
public record MobileSyncWaiting(
        String planId,
        String examineeId,
        Status status,
        Instant timestamp,
        Instant deadline,
        @JsonProperty("reason") @Nullable String retakeReason,
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
