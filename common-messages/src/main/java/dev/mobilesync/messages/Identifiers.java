package dev.mobilesync.messages;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The one rule for {@code planId}, {@code examineeId} and {@code deviceId}. Nothing that fails it may reach an object
 * key, a Redis key, a routing key or a STOMP destination.
 */
public final class Identifiers {

    /** 1 to 64 characters: letters, digits, {@code _} and {@code -}, the first one a letter or a digit. */
    public static final String PATTERN = "[A-Za-z0-9][A-Za-z0-9_-]{0,63}";

    private static final Pattern VALID = Pattern.compile(PATTERN);

    private Identifiers() {}

    /** Whether {@code id} may be used as an identifier. */
    public static boolean isValid(@Nullable String id) {
        return id != null && VALID.matcher(id).matches();
    }

    /**
     * Returns {@code id} if it is valid.
     *
     * @param name which identifier it is, for the message
     * @throws IllegalArgumentException otherwise; the message names the field and never repeats the value
     */
    public static String require(String name, @Nullable String id) {
        if (id == null || !isValid(id)) {
            throw new IllegalArgumentException(name + " must match " + PATTERN);
        }
        return id;
    }
}
