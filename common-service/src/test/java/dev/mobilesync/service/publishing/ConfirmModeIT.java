package dev.mobilesync.service.publishing;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import dev.mobilesync.testsupport.BrokerQueues;
import dev.mobilesync.testsupport.ServerContract;
import dev.mobilesync.testsupport.TestServers;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;
import org.springframework.amqp.rabbit.connection.ConnectionFactory;
import org.springframework.amqp.rabbit.connection.SimpleConnection;

/** The broker opens a channel but does not answer {@code confirm.select} in time. */
@ServerContract
class ConfirmModeIT {

    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final List<Channel> opened = new CopyOnWriteArrayList<>();
    private Connection connection;

    @BeforeEach
    void connect() throws Exception {
        connection = BrokerQueues.connect(TestServers.shared().properties());
    }

    @AfterEach
    void disconnect() throws Exception {
        connection.close();
    }

    @Test
    void closesChannelWithoutConfirms() throws Exception {
        String queue = connection.createChannel().queueDeclare().getQueue();
        OutboundMessage message = new OutboundMessage("", queue, true, new AMQP.BasicProperties(), new byte[] {1});
        ConfirmedPublisher publisher = new ConfirmedPublisher(
                connections(), ObservationRegistry.NOOP, new SimpleMeterRegistry(), Set.of(), LIMIT);
        publisher.start();
        try {
            assertThatThrownBy(() -> publisher.publish(message)).hasMessageContaining("no answer");
            publisher.publish(message);
            assertThat(opened).extracting(Channel::isOpen).containsExactly(false, true);
        } finally {
            publisher.stop();
        }
    }

    /** The test's connection, whose first channel does not confirm. */
    private ConnectionFactory connections() {
        Connection faulty = replace(Connection.class, connection, "createChannel", this::openChannel);
        ConnectionFactory unused = requireNonNull(new CachingConnectionFactory().getPublisherConnectionFactory());
        return replace(
                ConnectionFactory.class,
                unused,
                "createConnection",
                () -> new SimpleConnection(faulty, Math.toIntExact(LIMIT.toMillis())));
    }

    private Channel openChannel() throws IOException {
        Channel channel = connection.createChannel();
        opened.add(channel);
        return opened.size() > 1
                ? channel
                : replace(Channel.class, channel, "confirmSelect", () -> {
                    throw new IOException("no answer");
                });
    }

    /** Replaces one method of an object. */
    private static <T> T replace(Class<T> type, T object, String method, Callable<Object> replacement) {
        return type.cast(
                Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, called, arguments) -> {
                    if (called.getName().equals(method)) {
                        return replacement.call();
                    }
                    try {
                        return called.invoke(object, arguments);
                    } catch (InvocationTargetException e) {
                        throw requireNonNull(e.getCause());
                    }
                }));
    }
}
