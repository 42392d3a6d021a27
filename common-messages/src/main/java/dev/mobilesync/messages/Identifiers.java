package dev.mobilesync.messages;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Validation of {@code planId}, {@code examineeId} and {@code deviceId}. An invalid value must not reach an object key,
 * a Redis key, a routing key or a STOMP destination.
 */
public final class Identifiers {

    /** 1 to 64 characters: letters, digits, {@code _} and {@code -}. The first is a letter or a digit. */
    public static final String PATTERN = "[A-Za-z0-9][A-Za-z0-9_-]{0,63}";

    private static final Pattern VALID = Pattern.compile(PATTERN);

    private Identifiers() {}

    public static boolean isValid(@Nullable String id) {
        return id != null && VALID.matcher(id).matches();
    }

    /**
     * Returns {@code id} if it is valid.
     *
     * @param name of the identifier, for the exception's message
     * @throws IllegalArgumentException otherwise; the message names the field and does not repeat the value
     */
    public static String require(String name, @Nullable String id) {
        if (id == null || !isValid(id)) {
            throw new IllegalArgumentException(name + " must match " + PATTERN);
        }
        return id;
    }
}
