package dev.mobilesync.web.common;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.Identifiers;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.util.StringUtils;

/** Formats object keys from ids, and parses ids from object keys. */
public final class KeyTemplate {

    private static final String PLAN = "{planId}";
    private static final String EXAMINEE = "{examineeId}";
    private static final Pattern SEGMENT =
            Pattern.compile("[A-Za-z0-9._-]*(\\{planId}|\\{examineeId})?[A-Za-z0-9._-]*");

    private final String template;
    private final Pattern keys;

    /**
     * The ids in a key.
     *
     * @param planId {@code null} if the template does not contain it; plans then share the key
     */
    public record Ids(@Nullable String planId, String examineeId) {

        /** Whether the key may belong to the examinee. */
        public boolean matches(ExamineeKey examinee) {
            return examineeId.equals(examinee.examineeId()) && (planId == null || planId.equals(examinee.planId()));
        }
    }

    /**
     * @throws IllegalArgumentException if different ids could give the same key
     */
    public KeyTemplate(String template) {
        boolean valid = StringUtils.countOccurrencesOf(template, EXAMINEE) == 1
                && StringUtils.countOccurrencesOf(template, PLAN) <= 1;
        for (String segment : template.split("/", -1)) {
            valid &= !segment.isEmpty()
                    && !segment.equals(".")
                    && !segment.equals("..")
                    && SEGMENT.matcher(segment).matches();
        }
        if (!valid) {
            throw new IllegalArgumentException("mobile-sync.store.key-template (MOBILE_SYNC_STORE_KEY_TEMPLATE) must"
                    + " have {examineeId} once, {planId} at most once, and at most one of them between two slashes");
        }
        this.template = template;
        this.keys = Pattern.compile(("\\Q" + template + "\\E")
                .replace(EXAMINEE, "\\E(?<examinee>" + Identifiers.PATTERN + ")\\Q")
                .replace(PLAN, "\\E(?<plan>" + Identifiers.PATTERN + ")\\Q"));
    }

    /** The key of an examinee's picture, without the bucket. */
    public String key(ExamineeKey examinee) {
        return template.replace(EXAMINEE, examinee.examineeId()).replace(PLAN, examinee.planId());
    }

    /** Returns the ids in a key, or {@code null} if it does not match the template. */
    public @Nullable Ids parse(String key) {
        Matcher matcher = keys.matcher(key);
        if (!matcher.matches()) {
            return null;
        }
        return new Ids(template.contains(PLAN) ? matcher.group("plan") : null, matcher.group("examinee"));
    }
}
