package dev.mobilesync.admin.doctor;

import org.jspecify.annotations.Nullable;

/**
 * The result of a check.
 *
 * @param status named as in the output of {@code --json}
 * @param subject what was checked, such as {@code queue status_queue}
 * @param message what was found, in one line
 * @param fix what an operator should do; {@code null} if nothing
 */
record Finding(
        Severity status,
        String subject,
        String message,
        @Nullable String fix) {

    enum Severity {
        OK,
        /** It works, but data may be lost, or it could not be checked. */
        WARNING,
        /** The services do not work, or not all of them. */
        PROBLEM
    }

    static Finding ok(String subject, String message) {
        return new Finding(Severity.OK, subject, message, null);
    }

    static Finding warning(String subject, String message, String fix) {
        return new Finding(Severity.WARNING, subject, message, fix);
    }

    static Finding problem(String subject, String message, String fix) {
        return new Finding(Severity.PROBLEM, subject, message, fix);
    }
}
