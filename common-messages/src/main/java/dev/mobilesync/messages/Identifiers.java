package dev.mobilesync.messages;

import org.jspecify.annotations.Nullable;

/**
 * Validation of {@code planId}, {@code examineeId} and {@code deviceId}. An invalid value must not reach an object key,
 * a Redis key, a routing key or a STOMP destination.
 */
public final class Identifiers {

    /** 1 to 64 characters: letters, digits, {@code _} and {@code -}. The first is a letter or a digit. */
    public static final String PATTERN = "[A-Za-z0-9][A-Za-z0-9_-]{0,63}";

    private static final int MAX_LENGTH = 64;

    private Identifiers() {}

    public static boolean isValid(@Nullable String id) {
        if (id == null || id.isEmpty() || id.length() > MAX_LENGTH || !isLetterOrDigit(id.charAt(0))) {
            return false;
        }
        for (int i = 1; i < id.length(); i++) {
            char c = id.charAt(i);
            if (!isLetterOrDigit(c) && c != '_' && c != '-') {
                return false;
            }
        }
        return true;
    }

    private static boolean isLetterOrDigit(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
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
