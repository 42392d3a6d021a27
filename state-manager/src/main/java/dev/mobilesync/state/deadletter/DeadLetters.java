package dev.mobilesync.state.deadletter;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.GetResponse;
import dev.mobilesync.messages.AmqpNames;
import dev.mobilesync.service.publishing.ConfirmedPublisher;
import dev.mobilesync.service.publishing.OutboundMessage;
import java.io.IOException;
import java.io.PrintStream;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.amqp.rabbit.connection.Connection;
import org.springframework.amqp.rabbit.connection.ConnectionFactory;

/**
 * Lists the dead letters of a queue, or moves them back to the queues that they came from. Prints one line per message: id, type, size and
 * reason, never the body. Handles as many messages as the queue held at the start, so a message that is dead-lettered
 * again is not replayed twice.
 */
record DeadLetters(Source source, ConnectionFactory connectionFactory, ConfirmedPublisher publisher, PrintStream out) {

    enum Action {
        LIST,
        REPLAY
    }

    /** The queues of dead letters. */
    enum Source {
        STATUS("status_queue", AmqpNames.DEAD_LETTER_QUEUE, AmqpNames.STATUS_QUEUE),
        WEBHOOK("webhooks", AmqpNames.WEBHOOK_DEAD_LETTER_QUEUE, AmqpNames.WEBHOOK_QUEUE);

        private final String description;
        private final String queue;
        private final String defaultOrigin;

        Source(String description, String queue, String defaultOrigin) {
            this.description = description;
            this.queue = queue;
            this.defaultOrigin = defaultOrigin;
        }

        String description() {
            return description;
        }

        /** The queue that a dead letter came from, as state-manager or the broker noted. */
        private String origin(Map<String, Object> headers) {
            Object origin = headers.getOrDefault(AmqpNames.DEAD_LETTER_ORIGIN, headers.get("x-first-death-queue"));
            return origin == null ? defaultOrigin : origin.toString();
        }
    }

    /**
     * Lists or replays the dead letters.
     *
     * @return the number of messages handled
     * @throws dev.mobilesync.service.publishing.PublishFailedException if a message cannot be moved; it and the ones
     *     after it remain dead letters
     */
    int run(Action action) throws IOException {
        Connection connection = connectionFactory.createConnection();
        // Closing this channel returns the messages that were only listed.
        Channel channel = connection.getDelegate().createChannel();
        if (channel == null) {
            throw new IOException("no channel left on the connection");
        }
        try {
            int count = channel.queueDeclarePassive(source.queue).getMessageCount();
            int handled = 0;
            while (handled < count) {
                GetResponse message = channel.basicGet(source.queue, false);
                if (message == null) {
                    break;
                }
                handled++;
                out.println(describe(message));
                if (action == Action.REPLAY) {
                    publisher.publish(toReplay(message));
                    channel.basicAck(message.getEnvelope().getDeliveryTag(), false);
                }
            }
            out.println(handled + (action == Action.REPLAY ? " replayed" : " dead letters"));
            return handled;
        } finally {
            channel.abort();
        }
    }

    private static String describe(GetResponse message) {
        AMQP.BasicProperties properties = message.getProps();
        return "id=" + properties.getMessageId() + " type=" + properties.getType() + " bytes="
                + message.getBody().length + " reason=" + reason(properties.getHeaders());
    }

    private static @Nullable Object reason(@Nullable Map<String, Object> headers) {
        if (headers == null) {
            return null;
        }
        Object reason = headers.get(AmqpNames.DEAD_LETTER_REASON);
        return reason == null ? headers.get("x-first-death-reason") : reason;
    }

    private OutboundMessage toReplay(GetResponse message) {
        Map<String, Object> headers = new HashMap<>();
        if (message.getProps().getHeaders() != null) {
            headers.putAll(message.getProps().getHeaders());
        }
        String origin = source.origin(headers);
        // Removes what the broker has set, and the reason.
        headers.keySet().removeIf(name -> name.startsWith("x-"));
        // The time as a dead letter must not count as time in the queue.
        headers.remove(AmqpNames.CAPTURE_STARTED_AT);
        headers.put(AmqpNames.SENT_AT, System.currentTimeMillis());
        return new OutboundMessage(
                "", origin, true, message.getProps().builder().headers(headers).build(), message.getBody());
    }
}
