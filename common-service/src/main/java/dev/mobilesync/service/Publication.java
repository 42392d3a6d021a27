package dev.mobilesync.service;

import com.rabbitmq.client.AMQP;
import dev.mobilesync.messages.Broadcast;
import dev.mobilesync.messages.ExamineeMessage;
import dev.mobilesync.messages.MessageCodec;
import dev.mobilesync.messages.MobileSyncStatus;
import dev.mobilesync.messages.StateInput;
import dev.mobilesync.messages.SyncRecord;
import dev.mobilesync.messages.Topology;
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
public record Publication(
        String exchange, String routingKey, boolean mandatory, AMQP.BasicProperties properties, byte[] body) {

    private static final int PERSISTENT = 2;

    /** A fact or an order for state-manager. */
    public static Publication toStatusQueue(StateInput message, String messageId) {
        return new Publication(
                "", Topology.STATUS_QUEUE, true, properties(message, messageId), MessageCodec.encode(message));
    }

    /** The state that a record is in, for everybody who is to know. */
    public static Publication broadcast(SyncRecord record) {
        Broadcast message = record.broadcast();
        AMQP.BasicProperties properties = properties(message, record.broadcastId())
                .builder()
                .headers(Map.of(Topology.REVISION, record.revision()))
                .build();
        return new Publication(Topology.BROADCAST_EXCHANGE, "", false, properties, MessageCodec.encode(message));
    }

    /** Something to be told at once that no record stands behind. */
    public static Publication broadcast(Broadcast message, String messageId) {
        return new Publication(
                Topology.BROADCAST_EXCHANGE, "", false, properties(message, messageId), MessageCodec.encode(message));
    }

    /**
     * A message that can never be processed, as it came.
     *
     * @param original its properties; those of a client that sent none may be empty
     * @param reason why, for whoever looks at the dead letters
     */
    public static Publication deadLetter(AMQP.BasicProperties original, byte[] body, String reason) {
        Map<String, Object> headers = new HashMap<>();
        if (original.getHeaders() != null) {
            headers.putAll(original.getHeaders());
        }
        headers.put(Topology.DEAD_LETTER_REASON, reason);
        // A dead letter neither expires nor has to come from the user who sent the original.
        AMQP.BasicProperties properties = original.builder()
                .headers(headers)
                .deliveryMode(PERSISTENT)
                .expiration(null)
                .userId(null)
                .build();
        return new Publication("", Topology.DEAD_LETTER_QUEUE, true, properties, body);
    }

    /** The id of a status message: one for one attempt, however often it is sent. */
    public static String statusMessageId(MobileSyncStatus status) {
        return Topology.messageId(
                status.planId(),
                status.examineeId(),
                String.valueOf(status.deviceId()),
                status.status().name(),
                status.timestamp().toString());
    }

    Publication withHeaders(Map<String, Object> more) {
        if (more.isEmpty()) {
            return this;
        }
        Map<String, Object> headers = new HashMap<>(more);
        @Nullable Map<String, Object> own = properties.getHeaders();
        if (own != null) {
            headers.putAll(own);
        }
        return new Publication(
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
