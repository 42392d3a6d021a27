package dev.mobilesync.messages;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/**
 * The paired phone reports whether its preview shows a picture that it can take. A signal: it changes no state and goes to the
 * examinee's topic alone.
 */
public record MobileSyncPreview(String planId, String examineeId, String deviceId, Instant timestamp, boolean ready)
        implements Broadcast {

    public MobileSyncPreview {
        new ExamineeKey(planId, examineeId);
        Identifiers.require("deviceId", deviceId);
        requireNonNull(timestamp, "timestamp");
    }
}
