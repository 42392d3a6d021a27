package dev.mobilesync.web.roster;

import dev.mobilesync.messages.DisplayName;
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
     * @param name as proctors see it; see {@link DisplayName}
     */
    record Entry(String examineeId, @Nullable String name) {

        Entry {
            Identifiers.require("examineeId", examineeId);
            name = name == null || name.isBlank() ? null : name.strip();
            if (name != null && !DisplayName.isValid(name)) {
                throw new IllegalArgumentException("name must have at most " + DisplayName.MAX_LENGTH
                        + " characters, and no control or format characters");
            }
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
