package dev.mobilesync.state.deadletter;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.GetResponse;
import dev.mobilesync.messages.AmqpNames;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.MessageCodec;
import dev.mobilesync.service.publishing.OutboundMessage;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * A message that could not be processed. Its texts are those of an unknown sender.
 *
 * @param origin the queue that it came from
 * @param properties of the message; may have no headers
 */
public record DeadLetter(String origin, AMQP.BasicProperties properties, byte[] body) {

    static DeadLetter of(DeadLetterQueue queue, GetResponse message) {
        return new DeadLetter(queue.origin(headers(message.getProps())), message.getProps(), message.getBody());
    }

    /** The message's id, as state-manager logs it. */
    public String id() {
        return AmqpNames.messageId(properties.getMessageId(), body);
    }

    public @Nullable String type() {
        return properties.getType();
    }

    /** Why it could not be processed, as state-manager or the broker noted. */
    public @Nullable String reason() {
        Map<String, Object> headers = headers(properties);
        Object reason = headers.getOrDefault(AmqpNames.DEAD_LETTER_REASON, headers.get("x-first-death-reason"));
        return reason == null ? null : reason.toString();
    }

    /** When it was published, or replayed last; {@code null} if the sender did not say. */
    public @Nullable Instant sentAt() {
        return headers(properties).get(AmqpNames.SENT_AT) instanceof Number millis
                ? Instant.ofEpochMilli(millis.longValue())
                : null;
    }

    /** The body as JSON; {@code null} if it is none. */
    public @Nullable JsonNode json() {
        try {
            return MessageCodec.mapper().readTree(body);
        } catch (JacksonException e) {
            return null;
        }
    }

    /** The examinee whom the body names; {@code null} if it names none. */
    public @Nullable ExamineeKey examinee() {
        JsonNode json = json();
        if (json == null) {
            return null;
        }
        try {
            JsonNode data = json.path("data");
            return new ExamineeKey(
                    data.path("planId").asString(""), data.path("examineeId").asString(""));
        } catch (IllegalArgumentException | JacksonException e) {
            return null;
        }
    }

    /** Returns the message for the queue that it came from. */
    OutboundMessage toReplay() {
        Map<String, Object> headers = new HashMap<>(headers(properties));
        // Removes what the broker has set, and the reason.
        headers.keySet().removeIf(name -> name.startsWith("x-"));
        // The time as a dead letter must not count as time in the queue.
        headers.remove(AmqpNames.CAPTURE_STARTED_AT);
        headers.put(AmqpNames.SENT_AT, System.currentTimeMillis());
        return new OutboundMessage(
                "", origin, true, properties.builder().headers(headers).build(), body);
    }

    private static Map<String, Object> headers(AMQP.BasicProperties properties) {
        Map<String, Object> headers = properties.getHeaders();
        return headers == null ? Map.of() : headers;
    }

    /** One line without the body. */
    @Override
    public String toString() {
        return "id=" + id() + " type=" + type() + " bytes=" + body.length + " reason=" + reason();
    }
}
