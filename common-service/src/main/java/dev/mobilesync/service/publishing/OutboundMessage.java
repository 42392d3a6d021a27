package dev.mobilesync.service.publishing;

import com.rabbitmq.client.AMQP;
import dev.mobilesync.messages.AmqpNames;
import dev.mobilesync.messages.Broadcast;
import dev.mobilesync.messages.ExamineeMessage;
import dev.mobilesync.messages.MessageCodec;
import dev.mobilesync.messages.MobileSyncStatus;
import dev.mobilesync.messages.StatusQueueMessage;
import dev.mobilesync.messages.SyncRecord;
import java.util.Date;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A message to publish, with the properties that docs/messages.md requires.
 *
 * @param content what the body encodes; {@code null} if that is unknown
 * @param mandatory whether the message fails if no queue is bound; false for broadcasts
 * @param properties persistent; a message that is published again has the same message id
 */
public record OutboundMessage(
        @Nullable ExamineeMessage content,
        String exchange,
        String routingKey,
        boolean mandatory,
        AMQP.BasicProperties properties,
        byte[] body) {

    private static final int PERSISTENT = 2;

    /** Creates a message with unknown content. */
    public OutboundMessage(
            String exchange, String routingKey, boolean mandatory, AMQP.BasicProperties properties, byte[] body) {
        this(null, exchange, routingKey, mandatory, properties, body);
    }

    /** Creates a message for state-manager. */
    public static OutboundMessage toStatusQueue(StatusQueueMessage message, String messageId) {
        AMQP.BasicProperties properties = properties(message, messageId, Map.of(AmqpNames.SENT_AT, now()));
        return new OutboundMessage(message, "", AmqpNames.STATUS_QUEUE, true, properties, MessageCodec.encode(message));
    }

    /** Creates the broadcast of a record's current state. */
    public static OutboundMessage broadcast(SyncRecord record) {
        Broadcast message = record.broadcast();
        return broadcast(
                message,
                record.broadcastId(),
                Map.of(
                        AmqpNames.PLAN, record.planId(),
                        AmqpNames.EXAMINEE, record.examineeId(),
                        AmqpNames.REVISION, record.revision(),
                        AmqpNames.SENT_AT, now()));
    }

    /** Creates a broadcast without a record, such as the notification of a delay. */
    public static OutboundMessage broadcast(Broadcast message, String messageId) {
        return broadcast(
                message,
                messageId,
                Map.of(
                        AmqpNames.PLAN, message.planId(),
                        AmqpNames.EXAMINEE, message.examineeId(),
                        AmqpNames.SENT_AT, now()));
    }

    /** The headers let socket-server deliver the message without parsing it. */
    private static OutboundMessage broadcast(Broadcast message, String messageId, Map<String, Object> headers) {
        AMQP.BasicProperties properties = properties(message, messageId, headers);
        return new OutboundMessage(
                message, AmqpNames.BROADCAST_EXCHANGE, "", false, properties, MessageCodec.encode(message));
    }

    /**
     * Creates the dead letter of a message of {@code status_queue} that cannot be processed.
     *
     * @param original the message's properties; may have no headers
     * @param body the message's body, unchanged
     * @param reason why it cannot be processed, for operators
     */
    public static OutboundMessage deadLetter(AMQP.BasicProperties original, byte[] body, String reason) {
        return deadLetter(AmqpNames.DEAD_LETTER_QUEUE, original, body, Map.of(AmqpNames.DEAD_LETTER_REASON, reason));
    }

    /**
     * Creates the dead letter of a broadcast that a webhook could not deliver.
     *
     * @param queue the queue of the endpoint, to which a replay returns the message
     * @param reason why it was not delivered, for operators
     */
    public static OutboundMessage webhookDeadLetter(
            String queue, AMQP.BasicProperties original, byte[] body, String reason) {
        return deadLetter(
                AmqpNames.WEBHOOK_DEAD_LETTER_QUEUE,
                original,
                body,
                Map.of(AmqpNames.DEAD_LETTER_REASON, reason, AmqpNames.DEAD_LETTER_ORIGIN, queue));
    }

    private static OutboundMessage deadLetter(
            String deadLetterQueue, AMQP.BasicProperties original, byte[] body, Map<String, Object> more) {
        Map<String, Object> headers = new HashMap<>();
        if (original.getHeaders() != null) {
            headers.putAll(original.getHeaders());
        }
        headers.putAll(more);
        // A dead letter does not expire. RabbitMQ would reject a user id other than the connection's.
        AMQP.BasicProperties properties = original.builder()
                .headers(headers)
                .deliveryMode(PERSISTENT)
                .expiration(null)
                .userId(null)
                .build();
        return new OutboundMessage("", deadLetterQueue, true, properties, body);
    }

    /** Returns the message id of a status message. It is the same for each retry of one attempt. */
    public static String statusMessageId(MobileSyncStatus status) {
        return AmqpNames.messageId(
                status.planId(),
                status.examineeId(),
                String.valueOf(status.deviceId()),
                status.status().name(),
                status.timestamp().toString());
    }

    /** Returns this message with further headers. Its own ones take precedence. */
    public OutboundMessage withHeaders(Map<String, Object> more) {
        if (more.isEmpty()) {
            return this;
        }
        Map<String, Object> headers = new HashMap<>(more);
        @Nullable Map<String, Object> own = properties.getHeaders();
        if (own != null) {
            headers.putAll(own);
        }
        return new OutboundMessage(
                content,
                exchange,
                routingKey,
                mandatory,
                properties.builder().headers(headers).build(),
                body);
    }

    private static long now() {
        return System.currentTimeMillis();
    }

    private static AMQP.BasicProperties properties(
            ExamineeMessage message, String messageId, Map<String, Object> headers) {
        return new AMQP.BasicProperties.Builder()
                .deliveryMode(PERSISTENT)
                .contentType("application/json")
                .type(message.type().wireName())
                .messageId(messageId)
                .timestamp(Date.from(message.timestamp()))
                .headers(headers)
                .build();
    }
}
