package dev.mobilesync.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.GetResponse;
import com.rabbitmq.client.MessageProperties;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.io.TempDir;

/** A data directory, and channels of an embedded broker. */
abstract class EmbeddedBrokerFixture {

    static final String QUEUE = "status_queue";
    static final long CONFIRM_MILLIS = 5_000;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path dir;

    static Connection connect(EmbeddedBroker broker) throws Exception {
        return factory(broker).newConnection();
    }

    static ConnectionFactory factory(EmbeddedBroker broker) {
        ConnectionFactory factory = new ConnectionFactory();
        factory.setHost("127.0.0.1");
        factory.setPort(broker.port());
        factory.setUsername(EmbeddedBroker.USERNAME);
        factory.setPassword(EmbeddedBroker.PASSWORD);
        factory.setAutomaticRecoveryEnabled(false);
        return factory;
    }

    static Channel confirming(Connection connection) throws IOException {
        Channel channel = connection.createChannel();
        channel.confirmSelect();
        return channel;
    }

    static void publish(Channel channel, String exchange, String routingKey, String body) throws Exception {
        channel.basicPublish(exchange, routingKey, true, MessageProperties.PERSISTENT_BASIC, body.getBytes(UTF_8));
        channel.waitForConfirmsOrDie(CONFIRM_MILLIS);
    }

    static String consume(Channel channel) throws IOException {
        GetResponse message = get(channel);
        channel.basicAck(message.getEnvelope().getDeliveryTag(), false);
        return new String(message.getBody(), UTF_8);
    }

    /** A requeued message is not available at once. */
    static GetResponse get(Channel channel) {
        return await().atMost(Duration.ofSeconds(5))
                .pollInterval(Duration.ofMillis(10))
                .until(() -> channel.basicGet(QUEUE, false), message -> message != null);
    }
}
