package dev.mobilesync.messages;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/** An examinee's browser entered the step. From socket-server to state-manager. */
public record MobileSyncWait(String planId, String examineeId, Instant timestamp) implements StateEvent {

    public MobileSyncWait {
        new ExamineeKey(planId, examineeId);
        requireNonNull(timestamp, "timestamp");
    }
}
