package dev.mobilesync.reliability;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import dev.mobilesync.messages.MessageCodec;
import dev.mobilesync.messages.StateInput;
import dev.mobilesync.messages.Topology;
import java.io.IOException;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeoutException;

/** Publishes to {@code status_queue} as a service does, or as nobody should. */
final class StatusQueue {

    private static final long CONFIRM_MILLIS = 60_000;
    private static final int PERSISTENT = 2;

    /** Any message. */
    record Letter(String id, byte[] body) {}

    private StatusQueue() {}

    /** One after the other; returns when the broker has all of them. */
    static void send(Facts facts, List<? extends StateInput> messages) {
        sendLetters(
                facts,
                messages.stream()
                        .map(message -> new Letter(UUID.randomUUID().toString(), MessageCodec.encode(message)))
                        .toList());
    }

    static void sendLetters(Facts facts, List<Letter> letters) {
        facts.onChannel(channel -> {
            channel.confirmSelect();
            for (Letter letter : letters) {
                publish(channel, Topology.STATUS_QUEUE, letter, new AMQP.BasicProperties());
            }
            try {
                channel.waitForConfirmsOrDie(CONFIRM_MILLIS);
            } catch (InterruptedException | TimeoutException e) {
                throw new IOException(e);
            }
            return true;
        });
    }

    static void publish(Channel channel, String queue, Letter letter, AMQP.BasicProperties properties)
            throws IOException {
        channel.basicPublish(
                "",
                queue,
                properties
                        .builder()
                        .messageId(letter.id())
                        .deliveryMode(PERSISTENT)
                        .contentType("application/json")
                        .build(),
                letter.body());
    }
}
