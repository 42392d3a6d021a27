package dev.mobilesync.service.sandbox;

import dev.mobilesync.messages.ExamineeKey;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The examinee ids of a sandbox: the prefix, the name of an effect, and optionally a hyphen and any characters. */
public final class SandboxIds {

    private static final Logger log = LoggerFactory.getLogger(SandboxIds.class);

    private final String prefix;

    /**
     * Warns that the sandbox is on.
     *
     * @param prefix {@code mobile-sync.sandbox-prefix}, not empty
     */
    public SandboxIds(String prefix) {
        this.prefix = prefix;
        log.warn(
                "the sandbox is on: examinees whose ids begin with \"{}\" fail on request (MOBILE_SYNC_SANDBOX_PREFIX)."
                        + " Turn it off for exams",
                prefix);
    }

    /** Whether the examinee's id requests the effect of this name. */
    public boolean request(ExamineeKey examinee, String effect) {
        String id = examinee.examineeId();
        String start = prefix + effect;
        return id.startsWith(start) && (id.length() == start.length() || id.charAt(start.length()) == '-');
    }
}
