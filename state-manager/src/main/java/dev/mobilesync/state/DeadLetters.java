package dev.mobilesync.state;

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
 * Shows the dead letters, or moves them back to {@code status_queue}. One line per message: its id, type, size and the
 * reason; never its body. Handles as many as there were at the start, so that one that comes back does not go round.
 */
final class DeadLetters {

    /** What to do with them. */
    enum Action {
        LIST,
        REPLAY
    }

    private final ConnectionFactory connections;
    private final ConfirmedPublisher publisher;
    private final PrintStream out;

    DeadLetters(ConnectionFactory connections, ConfirmedPublisher publisher, PrintStream out) {
        this.connections = connections;
        this.publisher = publisher;
        this.out = out;
    }

    /**
     * Does it.
     *
     * @return how many there were
     * @throws dev.mobilesync.service.PublishFailedException if one could not be moved; it and those behind it stay
     */
    int run(Action action) throws IOException {
        Connection connection = connections.createConnection();
        // A channel of its own: closing it gives back what was only looked at.
        Channel channel = connection.getDelegate().createChannel();
        if (channel == null) {
            throw new IOException("no channel left on the connection");
        }
        try {
            int count = channel.queueDeclarePassive(AmqpNames.DEAD_LETTER_QUEUE).getMessageCount();
            int handled = 0;
            while (handled < count) {
                GetResponse letter = channel.basicGet(AmqpNames.DEAD_LETTER_QUEUE, false);
                if (letter == null) {
                    break;
                }
                handled++;
                out.println(describe(letter));
                if (action == Action.REPLAY) {
                    publisher.publish(replay(letter));
                    channel.basicAck(letter.getEnvelope().getDeliveryTag(), false);
                }
            }
            out.println(handled + (action == Action.REPLAY ? " replayed" : " dead letters"));
            return handled;
        } finally {
            channel.abort();
        }
    }

    private static String describe(GetResponse letter) {
        AMQP.BasicProperties properties = letter.getProps();
        return "id=" + properties.getMessageId() + " type=" + properties.getType() + " bytes=" + letter.getBody().length
                + " reason=" + reason(properties.getHeaders());
    }

    private static @Nullable Object reason(@Nullable Map<String, Object> headers) {
        if (headers == null) {
            return null;
        }
        Object reason = headers.get(AmqpNames.DEAD_LETTER_REASON);
        return reason == null ? headers.get("x-first-death-reason") : reason;
    }

    private static OutboundMessage replay(GetResponse letter) {
        Map<String, Object> headers = new HashMap<>();
        if (letter.getProps().getHeaders() != null) {
            headers.putAll(letter.getProps().getHeaders());
        }
        // The reason is one of those; the others are the broker's own.
        headers.keySet().removeIf(name -> name.startsWith("x-"));
        return new OutboundMessage(
                "",
                AmqpNames.STATUS_QUEUE,
                true,
                letter.getProps().builder().headers(headers).build(),
                letter.getBody());
    }
}
