package dev.mobilesync.messages;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/** The deadline passed without a picture. */
public record MobileSyncTimeout(String planId, String examineeId, Status status, Instant timestamp, SyncError error)
        implements Broadcast {

    public MobileSyncTimeout {
        new ExamineeKey(planId, examineeId);
        requireNonNull(status, "status");
        requireNonNull(timestamp, "timestamp");
        requireNonNull(error, "error");
    }
}
