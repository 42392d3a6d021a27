package dev.mobilesync.state.listener;

import com.rabbitmq.client.AMQP;
import dev.mobilesync.messages.AmqpNames;
import dev.mobilesync.messages.InvalidMessageException;
import dev.mobilesync.messages.MessageCodec;
import dev.mobilesync.messages.StatusQueueMessage;
import dev.mobilesync.service.publishing.HeaderTime;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.rabbit.support.DefaultMessagePropertiesConverter;

/**
 * An unacknowledged message. The broker redelivers it if the channel closes before it is acknowledged.
 *
 * @param event the decoded message, also if it is an order; {@code null} if it is invalid
 * @param invalidReason why the message is invalid; empty if it is valid
 * @param receivedAt by {@link System#nanoTime()}
 * @param queuedNanos the time from publishing to receipt; {@link HeaderTime#NONE} if it is unknown
 * @param timesRecorded set once the metrics contain the times of the message
 */
record StatusQueueDelivery(
        Message message,
        @Nullable StatusQueueMessage event,
        String invalidReason,
        ChannelAcknowledgements acknowledgements,
        MessageTrace trace,
        long receivedAt,
        long queuedNanos,
        AtomicBoolean timesRecorded) {

    private static final DefaultMessagePropertiesConverter PROPERTIES = new DefaultMessagePropertiesConverter();

    /**
     * Decodes a received message.
     *
     * @param trace starts the trace of the decoded event; {@code null} if the message is invalid
     */
    static StatusQueueDelivery decode(
            Message message,
            ChannelAcknowledgements acknowledgements,
            Function<@Nullable StatusQueueMessage, MessageTrace> trace) {
        long now = System.nanoTime();
        long queued = HeaderTime.nanosSince(
                HeaderTime.millis(message.getMessageProperties().getHeaders(), AmqpNames.SENT_AT));
        try {
            StatusQueueMessage event = MessageCodec.decode(message.getBody(), StatusQueueMessage.class);
            return new StatusQueueDelivery(
                    message, event, "", acknowledgements, trace.apply(event), now, queued, new AtomicBoolean());
        } catch (InvalidMessageException e) {
            return new StatusQueueDelivery(
                    message,
                    null,
                    String.valueOf(e.getMessage()),
                    acknowledgements,
                    trace.apply(null),
                    now,
                    queued,
                    new AtomicBoolean());
        }
    }

    byte[] body() {
        return message.getBody();
    }

    String messageId() {
        return AmqpNames.messageId(message.getMessageProperties().getMessageId(), body());
    }

    AMQP.BasicProperties properties() {
        return PROPERTIES.fromMessageProperties(message.getMessageProperties(), StandardCharsets.UTF_8.name());
    }

    long tag() {
        return message.getMessageProperties().getDeliveryTag();
    }

    /** When the message was published, in milliseconds since the epoch; now if it does not say so. */
    long sentAt() {
        return System.currentTimeMillis() - TimeUnit.NANOSECONDS.toMillis(Math.max(0, queuedNanos));
    }

    /** Headers of the message's broadcast: its trace, and when its capture began. */
    Map<String, Object> broadcastHeaders() {
        long captureStart =
                HeaderTime.millis(message.getMessageProperties().getHeaders(), AmqpNames.CAPTURE_STARTED_AT);
        if (captureStart == HeaderTime.NONE) {
            return trace.headers();
        }
        Map<String, Object> headers = new HashMap<>(trace.headers());
        headers.put(AmqpNames.CAPTURE_STARTED_AT, captureStart);
        return headers;
    }

    /** The time since this instance received the message. A redelivery begins again. */
    Duration timeSinceReceipt() {
        return Duration.ofNanos(System.nanoTime() - receivedAt);
    }

    boolean isChannelOpen() {
        return acknowledgements.isChannelOpen();
    }
}
