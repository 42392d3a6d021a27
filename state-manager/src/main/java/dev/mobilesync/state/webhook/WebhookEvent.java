package dev.mobilesync.state.webhook;

import com.rabbitmq.client.AMQP;
import dev.mobilesync.messages.AmqpNames;
import dev.mobilesync.messages.Broadcast;
import dev.mobilesync.messages.InvalidMessageException;
import dev.mobilesync.messages.MessageCodec;
import dev.mobilesync.service.publishing.HeaderTime;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageProperties;
import org.springframework.amqp.rabbit.support.DefaultMessagePropertiesConverter;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A broadcast of a changed record, and the body of the webhook that reports it.
 *
 * @param id the value of {@code webhook-id}: equal for each publication of the same change
 * @param planId empty if the broadcast is invalid
 * @param examinee {@code planId:examineeId}; the changes of an examinee are sent in the order of their revisions
 * @param sentAt when the broadcast was published, in milliseconds since the epoch; now if it does not say so
 * @param payload the body of the webhook; {@code null} if the broadcast is invalid
 * @param invalid why the broadcast is invalid
 */
record WebhookEvent(
        Message message,
        String id,
        String planId,
        String examinee,
        long revision,
        long sentAt,
        @Nullable String payload,
        String invalid) {

    private static final DefaultMessagePropertiesConverter PROPERTIES = new DefaultMessagePropertiesConverter();
    /** A full stop would make the signed text ambiguous. */
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,128}");

    /** Decodes a broadcast. Returns {@code null} if it changes no record: a signal, a notice or a reported problem. */
    @Nullable
    static WebhookEvent decode(Message message) {
        MessageProperties properties = message.getMessageProperties();
        Map<String, @Nullable Object> headers = properties.getHeaders();
        if (!(headers.get(AmqpNames.REVISION) instanceof Number revision)) {
            return null;
        }
        String id = properties.getMessageId();
        if (id == null || !ID.matcher(id).matches()) {
            id = AmqpNames.messageId("body", new String(message.getBody(), StandardCharsets.ISO_8859_1));
        }
        long sent = HeaderTime.millis(headers, AmqpNames.SENT_AT);
        long sentAt = sent == HeaderTime.NONE ? System.currentTimeMillis() : sent;
        long number = revision.longValue();
        try {
            Broadcast broadcast = MessageCodec.decode(message.getBody(), Broadcast.class);
            return new WebhookEvent(
                    message,
                    id,
                    broadcast.planId(),
                    broadcast.examinee().qualifiedId(),
                    number,
                    sentAt,
                    payload(broadcast, number),
                    "");
        } catch (InvalidMessageException e) {
            return new WebhookEvent(
                    message, id, "", "invalid:" + id, number, sentAt, null, String.valueOf(e.getMessage()));
        }
    }

    /** The plan of a broadcast, without decoding it; {@code null} if it has no such header. */
    static @Nullable String plan(Message message) {
        return message.getMessageProperties().getHeaders().get(AmqpNames.PLAN) instanceof String plan ? plan : null;
    }

    /** The message as it was broadcast, with the time and the revision beside its data. */
    static String payload(Broadcast broadcast, long revision) {
        JsonNode data = MessageCodec.mapper().valueToTree(broadcast);
        ObjectNode envelope = MessageCodec.mapper().createObjectNode();
        envelope.put("type", broadcast.type().wireName());
        envelope.set("timestamp", data.path("timestamp"));
        envelope.put("revision", revision);
        envelope.set("data", data);
        return MessageCodec.mapper().writeValueAsString(envelope);
    }

    AMQP.BasicProperties properties() {
        return PROPERTIES.fromMessageProperties(message.getMessageProperties(), StandardCharsets.UTF_8.name());
    }
}
