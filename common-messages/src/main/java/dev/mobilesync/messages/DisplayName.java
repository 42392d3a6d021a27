package dev.mobilesync.messages;

import org.jspecify.annotations.Nullable;

/**
 * The rules for an examinee's name, as proctors see it: at most {@link #MAX_LENGTH} UTF-16 code units. It has no control
 * characters, no line or paragraph separators, no unpaired surrogates, and no format characters, such as those that reverse the
 * direction of text. Joiners, which some scripts need, are allowed.
 */
public final class DisplayName {

    public static final int MAX_LENGTH = 100;

    private DisplayName() {}

    /** Returns the name without surrounding white space; {@code null} if it is missing or breaks a rule. */
    public static @Nullable String parse(@Nullable String name) {
        String stripped = name == null ? "" : name.strip();
        return stripped.isEmpty() || !isValid(stripped) ? null : stripped;
    }

    public static boolean isValid(String name) {
        return name.length() <= MAX_LENGTH && name.codePoints().noneMatch(DisplayName::isControl);
    }

    /** Joiners (U+200C, U+200D) are format characters, but some scripts need them. */
    private static boolean isControl(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR, Character.SURROGATE ->
                true;
            case Character.FORMAT -> character != 0x200C && character != 0x200D;
            default -> false;
        };
    }
}
