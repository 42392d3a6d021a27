package dev.mobilesync.messages;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A phone is paired.
 *
 * @param deadline when the wait times out
 * @param retakeReason why another picture was ordered, if one was; {@code reason} in JSON
 */
public record MobileSyncPaired(
        String planId,
        String examineeId,
        String deviceId,
        Status status,
        Instant timestamp,
        Instant deadline,
        @JsonProperty("reason") @Nullable String retakeReason)
        implements Broadcast {

    public MobileSyncPaired {
        new ExamineeKey(planId, examineeId);
        Identifiers.require("deviceId", deviceId);
        requireNonNull(status, "status");
        requireNonNull(timestamp, "timestamp");
        requireNonNull(deadline, "deadline");
    }
}
