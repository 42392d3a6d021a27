package dev.mobilesync.web.erasure;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.Identifiers;
import org.jspecify.annotations.Nullable;

/**
 * What to erase.
 *
 * @param examineeId {@code null} for the whole plan
 */
public record ErasureScope(String planId, @Nullable String examineeId) {

    public ErasureScope {
        Identifiers.require("planId", planId);
        if (examineeId != null) {
            Identifiers.require("examineeId", examineeId);
        }
    }

    /**
     * @param text {@code P001/E001}, or {@code P001} for the whole plan
     * @throws IllegalArgumentException if an id is invalid
     */
    static ErasureScope parse(String text) {
        int slash = text.indexOf('/');
        return slash < 0
                ? new ErasureScope(text, null)
                : new ErasureScope(text.substring(0, slash), text.substring(slash + 1));
    }

    boolean includes(ExamineeKey examinee) {
        return planId.equals(examinee.planId()) && (examineeId == null || examineeId.equals(examinee.examineeId()));
    }

    @Override
    public String toString() {
        return examineeId == null ? "plan " + planId : "examinee " + examineeId + " of plan " + planId;
    }
}
