package dev.mobilesync.messages;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The examinee's browser asks the phone to take the picture. A signal: it changes no state and goes to the examinee's topic
 * alone.
 *
 * @param delaySeconds the phone counts down from here, 0 to 10
 * @param open {@code true} if the phone opens its camera only, because the examinee wants to take the picture again;
 *     {@code null} otherwise
 */
public record MobileSyncShutter(
        String planId,
        String examineeId,
        Instant timestamp,
        int delaySeconds,
        @Nullable Boolean open) implements Broadcast {

    private static final int MAX_DELAY = 10;

    public MobileSyncShutter {
        new ExamineeKey(planId, examineeId);
        requireNonNull(timestamp, "timestamp");
        if (delaySeconds < 0 || delaySeconds > MAX_DELAY) {
            throw new IllegalArgumentException("delaySeconds must be 0 to " + MAX_DELAY);
        }
    }
}
