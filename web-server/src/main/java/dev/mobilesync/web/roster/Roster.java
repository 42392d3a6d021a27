package dev.mobilesync.web.roster;

import dev.mobilesync.messages.Identifiers;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The expected examinees of a plan, as in the body of a request.
 *
 * @param examinees at most {@link #MAX_EXAMINEES}, each once
 */
record Roster(List<Entry> examinees) {

    static final int MAX_EXAMINEES = 10_000;

    /**
     * An expected examinee.
     *
     * @param name as proctors see it; at most {@link #MAX_NAME} characters, without control characters
     */
    record Entry(String examineeId, @Nullable String name) {

        static final int MAX_NAME = 100;

        Entry {
            Identifiers.require("examineeId", examineeId);
            name = name == null || name.isBlank() ? null : name.strip();
            if (name != null && (name.length() > MAX_NAME || name.codePoints().anyMatch(Entry::isControl))) {
                throw new IllegalArgumentException(
                        "name must have at most " + MAX_NAME + " characters and no control characters");
            }
        }

        /** Format characters include those that reverse the direction of text. Joiners are part of some scripts. */
        private static boolean isControl(int character) {
            return switch (Character.getType(character)) {
                case Character.CONTROL, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR, Character.SURROGATE ->
                    true;
                case Character.FORMAT -> character != 0x200C && character != 0x200D;
                default -> false;
            };
        }
    }

    @SuppressWarnings("ConstantValue") // a field of JSON may be missing
    Roster {
        if (examinees == null) {
            throw new IllegalArgumentException("examinees must be a list");
        }
        if (examinees.size() > MAX_EXAMINEES) {
            throw new IllegalArgumentException("examinees must have at most " + MAX_EXAMINEES + " entries");
        }
        Set<String> ids = new HashSet<>();
        for (Entry entry : examinees) {
            if (entry == null || !ids.add(entry.examineeId())) {
                throw new IllegalArgumentException("examinees must name each examinee once");
            }
        }
        examinees = List.copyOf(examinees);
    }
}
