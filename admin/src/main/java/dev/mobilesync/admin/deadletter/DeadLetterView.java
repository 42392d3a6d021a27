package dev.mobilesync.admin.deadletter;

import dev.mobilesync.admin.command.Redaction;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.state.deadletter.DeadLetter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** How dead letters are printed. */
final class DeadLetterView {

    private DeadLetterView() {}

    /** One line without headers and body. */
    static String line(DeadLetter deadLetter) {
        ExamineeKey examinee = deadLetter.examinee();
        Instant sentAt = deadLetter.sentAt();
        return "id=" + deadLetter.id() + " type=" + deadLetter.type()
                + (examinee == null ? "" : " examinee=" + examinee.planId() + "/" + examinee.examineeId())
                + (sentAt == null ? "" : " sent=" + sentAt)
                + " bytes=" + deadLetter.body().length + " reason=" + deadLetter.reason();
    }

    /** A dead letter in a list, as JSON. */
    record Summary(
            @Nullable String id,
            @Nullable String type,
            @Nullable String planId,
            @Nullable String examineeId,
            @Nullable Instant sentAt,
            int bytes,
            @Nullable String reason,
            String queue) {

        static Summary of(DeadLetter deadLetter) {
            ExamineeKey examinee = deadLetter.examinee();
            return new Summary(
                    deadLetter.id(),
                    deadLetter.type(),
                    examinee == null ? null : examinee.planId(),
                    examinee == null ? null : examinee.examineeId(),
                    deadLetter.sentAt(),
                    deadLetter.body().length,
                    deadLetter.reason(),
                    deadLetter.origin());
        }
    }

    /**
     * A complete dead letter.
     *
     * @param body redacted; {@code null} if it is not JSON
     */
    record Details(
            Summary message,
            Map<String, String> headers,
            @Nullable JsonNode body) {

        static Details of(DeadLetter deadLetter) {
            Map<String, String> headers = new TreeMap<>();
            Map<String, Object> original = deadLetter.properties().getHeaders();
            if (original != null) {
                original.forEach((name, value) -> headers.put(name, Redaction.text(name, String.valueOf(value))));
            }
            JsonNode body = deadLetter.json();
            return new Details(Summary.of(deadLetter), headers, body == null ? null : Redaction.json(body));
        }

        List<String> lines() {
            List<String> lines = new ArrayList<>();
            lines.add("queue: " + message.queue());
            headers.forEach((name, value) -> lines.add("header " + name + ": " + value));
            if (body == null) {
                lines.add("body: not JSON");
            } else {
                lines.add("body:");
                body.toPrettyString().lines().forEach(lines::add);
            }
            return lines;
        }
    }
}
