package dev.mobilesync.messages;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A proctor's notice to an examinee. It changes no state and is not stored: only pages that are open receive it. It does not
 * name the proctor, because examinees receive it.
 *
 * @param text plain text of at most {@link #MAX_TEXT} characters; may contain line feeds
 */
public record MobileSyncNotice(String planId, String examineeId, String text, Instant timestamp) implements Broadcast {

    /** The greatest length of the text. */
    public static final int MAX_TEXT = 300;

    public MobileSyncNotice {
        new ExamineeKey(planId, examineeId);
        requireNonNull(timestamp, "timestamp");
        requireText(text);
    }

    private static void requireText(@Nullable String text) {
        if (text == null || text.isBlank() || text.length() > MAX_TEXT) {
            throw new IllegalArgumentException("text must have 1 to " + MAX_TEXT + " characters");
        }
        if (text.chars().anyMatch(character -> character != '\n' && Character.isISOControl(character))) {
            throw new IllegalArgumentException("text must not contain control characters");
        }
    }
}
