package dev.mobilesync.messages;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An attempt failed, or a message about the examinee could not be published or applied. {@code error.retryable} says whether
 * another attempt may succeed.
 *
 * @param status always {@code FAILED}; the record has another status if the failure is not stored in it
 * @param deadline when the wait times out, if the examinee still waits
 * @param retakeReason why another picture was ordered, if one was; {@code reason} in JSON
 */
public record MobileSyncFailed(
        String planId,
        String examineeId,
        @Nullable String deviceId,
        Status status,
        Instant timestamp,
        SyncError error,
        @Nullable Instant deadline,
        @JsonProperty("reason") @Nullable String retakeReason)
        implements Broadcast {

    public MobileSyncFailed {
        new ExamineeKey(planId, examineeId);
        requireNonNull(status, "status");
        requireNonNull(timestamp, "timestamp");
        requireNonNull(error, "error");
    }

    /** Creates a failure that is not stored in the record. */
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
