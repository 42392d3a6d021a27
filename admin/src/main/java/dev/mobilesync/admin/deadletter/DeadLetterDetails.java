package dev.mobilesync.admin.deadletter;

import dev.mobilesync.admin.command.Redaction;
import dev.mobilesync.state.deadletter.DeadLetter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A complete dead letter.
 *
 * @param headers redacted
 * @param body redacted; {@code null} if it is not JSON
 */
record DeadLetterDetails(
        DeadLetterSummary message,
        Map<String, String> headers,
        @Nullable JsonNode body) {

    static DeadLetterDetails of(DeadLetter deadLetter) {
        Map<String, String> headers = new TreeMap<>();
        Map<String, Object> original = deadLetter.properties().getHeaders();
        if (original != null) {
            original.forEach((name, value) -> headers.put(name, Redaction.text(name, String.valueOf(value))));
        }
        JsonNode body = deadLetter.json();
        return new DeadLetterDetails(
                DeadLetterSummary.of(deadLetter), headers, body == null ? null : Redaction.json(body));
    }

    List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(message.line());
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
