package dev.mobilesync.reliability;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import dev.mobilesync.messages.AmqpNames;
import dev.mobilesync.messages.MessageCodec;
import dev.mobilesync.messages.StatusQueueMessage;
import java.io.IOException;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeoutException;

/** Publishes valid or malformed messages to {@code status_queue}. */
final class StatusQueueTestPublisher {

    private static final long CONFIRM_MILLIS = 60_000;
    private static final int PERSISTENT = 2;

    /** A message with an arbitrary body. */
    record RawMessage(String id, byte[] body) {}

    private StatusQueueTestPublisher() {}

    /** Publishes the messages in order and waits for all confirms. */
    static void send(SystemProbe probe, List<? extends StatusQueueMessage> messages) {
        publishAll(
                probe,
                messages.stream()
                        .map(message -> new RawMessage(UUID.randomUUID().toString(), MessageCodec.encode(message)))
                        .toList());
    }

    static void publishAll(SystemProbe probe, List<RawMessage> messages) {
        probe.onChannel(channel -> {
            channel.confirmSelect();
            for (RawMessage message : messages) {
                publish(channel, AmqpNames.STATUS_QUEUE, message, new AMQP.BasicProperties());
            }
            try {
                channel.waitForConfirmsOrDie(CONFIRM_MILLIS);
            } catch (InterruptedException | TimeoutException e) {
                throw new IOException(e);
            }
            return true;
        });
    }

    static void publish(Channel channel, String queue, RawMessage message, AMQP.BasicProperties properties)
            throws IOException {
        channel.basicPublish(
                "",
                queue,
                properties
                        .builder()
                        .messageId(message.id())
                        .deliveryMode(PERSISTENT)
                        .contentType("application/json")
                        .build(),
                message.body());
    }
}
