package dev.mobilesync.service.publishing;

import com.rabbitmq.client.AMQP;
import dev.mobilesync.messages.AmqpNames;
import dev.mobilesync.messages.Broadcast;
import dev.mobilesync.messages.ExamineeMessage;
import dev.mobilesync.messages.MessageCodec;
import dev.mobilesync.messages.MobileSyncStatus;
import dev.mobilesync.messages.StateEvent;
import dev.mobilesync.messages.SyncRecord;
import java.util.Date;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A message on its way to the broker, with the properties that the contract asks for.
 *
 * @param mandatory whether a queue must take it; a broadcast that no socket-server listens to is no error
 * @param properties persistent, with a message id that is the same again when the same fact is published again
 */
public record OutboundMessage(
        String exchange, String routingKey, boolean mandatory, AMQP.BasicProperties properties, byte[] body) {

    private static final int PERSISTENT = 2;

    /** A fact or an order for state-manager. */
    public static OutboundMessage toStatusQueue(StateEvent message, String messageId) {
        return new OutboundMessage(
                "", AmqpNames.STATUS_QUEUE, true, properties(message, messageId), MessageCodec.encode(message));
    }

    /** The state that a record is in, for everybody who is to know. */
    public static OutboundMessage broadcast(SyncRecord record) {
        Broadcast message = record.broadcast();
        AMQP.BasicProperties properties = properties(message, record.broadcastId())
                .builder()
                .headers(Map.of(AmqpNames.REVISION, record.revision()))
                .build();
        return new OutboundMessage(AmqpNames.BROADCAST_EXCHANGE, "", false, properties, MessageCodec.encode(message));
    }

    /** Something to be told at once that no record stands behind. */
    public static OutboundMessage broadcast(Broadcast message, String messageId) {
        return new OutboundMessage(
                AmqpNames.BROADCAST_EXCHANGE, "", false, properties(message, messageId), MessageCodec.encode(message));
    }

    /**
     * A message that can never be processed, as it came.
     *
     * @param original its properties; those of a client that sent none may be empty
     * @param reason why, for whoever looks at the dead letters
     */
    public static OutboundMessage deadLetter(AMQP.BasicProperties original, byte[] body, String reason) {
        Map<String, Object> headers = new HashMap<>();
        if (original.getHeaders() != null) {
            headers.putAll(original.getHeaders());
        }
        headers.put(AmqpNames.DEAD_LETTER_REASON, reason);
        // A dead letter neither expires nor has to come from the user who sent the original.
        AMQP.BasicProperties properties = original.builder()
                .headers(headers)
                .deliveryMode(PERSISTENT)
                .expiration(null)
                .userId(null)
                .build();
        return new OutboundMessage("", AmqpNames.DEAD_LETTER_QUEUE, true, properties, body);
    }

    /** The id of a status message: one for one attempt, however often it is sent. */
    public static String statusMessageId(MobileSyncStatus status) {
        return AmqpNames.messageId(
                status.planId(),
                status.examineeId(),
                String.valueOf(status.deviceId()),
                status.status().name(),
                status.timestamp().toString());
    }

    OutboundMessage withHeaders(Map<String, Object> more) {
        if (more.isEmpty()) {
            return this;
        }
        Map<String, Object> headers = new HashMap<>(more);
        @Nullable Map<String, Object> own = properties.getHeaders();
        if (own != null) {
            headers.putAll(own);
        }
        return new OutboundMessage(
                exchange,
                routingKey,
                mandatory,
                properties.builder().headers(headers).build(),
                body);
    }

    private static AMQP.BasicProperties properties(ExamineeMessage message, String messageId) {
        return new AMQP.BasicProperties.Builder()
                .deliveryMode(PERSISTENT)
                .contentType("application/json")
                .type(message.type().wireName())
                .messageId(messageId)
                .timestamp(Date.from(message.timestamp()))
                .build();
    }
}
