package dev.mobilesync.messages;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An examinee's browser entered the step. From socket-server to state-manager.
 *
 * @param name the examinee's, from the token, if it has one; ignored if it is no {@link DisplayName}
 */
public record MobileSyncWait(
        String planId,
        String examineeId,
        Instant timestamp,
        @Nullable String name) implements StatusQueueMessage {

    public MobileSyncWait {
        new ExamineeKey(planId, examineeId);
        requireNonNull(timestamp, "timestamp");
        name = DisplayName.parse(name);
    }
}
