package dev.mobilesync.messages;

import org.jspecify.annotations.Nullable;

/**
 * The rules for an examinee's name, as proctors see it: at most {@link #MAX_LENGTH} characters (UTF-16 code units), no control
 * characters, and no format characters such as those that reverse the direction of text.
 */
public final class DisplayName {

    public static final int MAX_LENGTH = 100;

    private DisplayName() {}

    /** Returns the name without surrounding white space; {@code null} if there is none, or it does not follow the rules. */
    public static @Nullable String parse(@Nullable String name) {
        String stripped = name == null ? "" : name.strip();
        return stripped.isEmpty() || !isValid(stripped) ? null : stripped;
    }

    public static boolean isValid(String name) {
        return name.length() <= MAX_LENGTH && name.codePoints().noneMatch(DisplayName::isControl);
    }

    /** Joiners are format characters too, but part of some scripts. */
    private static boolean isControl(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR, Character.SURROGATE ->
                true;
            case Character.FORMAT -> character != 0x200C && character != 0x200D;
            default -> false;
        };
    }
}
