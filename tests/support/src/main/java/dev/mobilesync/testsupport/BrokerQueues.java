package dev.mobilesync.testsupport;

import static java.util.Objects.requireNonNull;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import dev.mobilesync.messages.AmqpNames;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;

/** Accesses the services' queues with the RabbitMQ client. */
public final class BrokerQueues {

    /** Not those of broadcasts, which only the connections of their socket-servers may access. */
    private static final List<String> NAMES = List.of(AmqpNames.STATUS_QUEUE, AmqpNames.DEAD_LETTER_QUEUE);

    private BrokerQueues() {}

    /**
     * Connects to the broker of these properties.
     *
     * @param properties {@code spring.rabbitmq.*}, as of {@link TestServers#properties}
     */
    public static Connection connect(Map<String, String> properties) throws IOException, TimeoutException {
        ConnectionFactory factory = new ConnectionFactory();
        factory.setHost(requireNonNull(properties.get("spring.rabbitmq.host")));
        factory.setPort(Integer.parseInt(requireNonNull(properties.get("spring.rabbitmq.port"))));
        factory.setVirtualHost(properties.getOrDefault("spring.rabbitmq.virtual-host", "/"));
        return factory.newConnection();
    }

    /** Purges the queues that exist. */
    static void purge(Map<String, String> properties) {
        try (Connection connection = connect(properties)) {
            for (String name : NAMES) {
                purge(connection, name);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (TimeoutException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void purge(Connection connection, String queue) throws IOException {
        Channel channel = connection.createChannel();
        try {
            channel.queuePurge(queue);
        } catch (IOException e) {
            // The queue does not exist; the broker closed the channel.
        }
    }
}
