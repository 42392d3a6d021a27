package dev.mobilesync.admin.deadletter;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.state.deadletter.DeadLetter;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A dead letter without headers and body.
 *
 * @param planId {@code null} if its body names no examinee
 * @param sentAt when it was published, or replayed last, if known
 * @param bytes the length of its body
 * @param queue where it came from
 */
public record DeadLetterSummary(
        String id,
        @Nullable String type,
        @Nullable String planId,
        @Nullable String examineeId,
        @Nullable Instant sentAt,
        int bytes,
        @Nullable String reason,
        String queue) {

    public static DeadLetterSummary of(DeadLetter deadLetter) {
        ExamineeKey examinee = deadLetter.examinee();
        return new DeadLetterSummary(
                deadLetter.id(),
                deadLetter.type(),
                examinee == null ? null : examinee.planId(),
                examinee == null ? null : examinee.examineeId(),
                deadLetter.sentAt(),
                deadLetter.body().length,
                deadLetter.reason(),
                deadLetter.origin());
    }

    /** Returns one line of text. */
    public String line() {
        return "id=" + id + " type=" + type
                + (planId == null ? "" : " examinee=" + planId + "/" + examineeId)
                + (sentAt == null ? "" : " sent=" + sentAt)
                + " bytes=" + bytes + " reason=" + reason;
    }
}
