package dev.mobilesync.service.sandbox;

import dev.mobilesync.messages.ExamineeKey;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ids by which examinees request faults: the prefix, the name of a fault, and optionally a hyphen and any characters. The
 * sandbox is the fault injection for integrators.
 */
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

    /** Whether the examinee's id requests the fault of this name. */
    public boolean isRequested(ExamineeKey examinee, String fault) {
        String id = examinee.examineeId();
        String start = prefix + fault;
        return id.startsWith(start) && (id.length() == start.length() || id.charAt(start.length()) == '-');
    }
}
