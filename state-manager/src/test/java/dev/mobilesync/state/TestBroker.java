package dev.mobilesync.state;

import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.GetResponse;
import dev.mobilesync.messages.AmqpNames;
import dev.mobilesync.messages.MessageCodec;
import dev.mobilesync.messages.StateEvent;
import dev.mobilesync.testsupport.BrokerQueues;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What the neighbours do: sends to {@code status_queue} and hears what is broadcast, with the broker's plain client. */
final class TestBroker implements AutoCloseable {

    /** A broadcast as it arrived. */
    record Received(AMQP.BasicProperties properties, byte[] body) {

        JsonNode json() {
            return MessageCodec.mapper().readTree(body);
        }

        String type() {
            return properties.getType();
        }

        String id() {
            return properties.getMessageId();
        }

        String examinee() {
            return json().get("data").get("examineeId").asString();
        }
    }

    private final Connection connection;
    private final Channel channel;
    private final BlockingQueue<Received> heard = new LinkedBlockingQueue<>();

    private TestBroker(Connection connection) throws IOException {
        this.connection = connection;
        this.channel = connection.createChannel();
        channel.exchangeDeclare(AmqpNames.BROADCAST_EXCHANGE, "fanout", true);
        String queue = channel.queueDeclare().getQueue();
        channel.queueBind(queue, AmqpNames.BROADCAST_EXCHANGE, "");
        channel.basicConsume(
                queue,
                true,
                (tag, message) -> heard.add(new Received(message.getProperties(), message.getBody())),
                tag -> {});
    }

    static TestBroker connect(Map<String, String> properties) throws Exception {
        return new TestBroker(BrokerQueues.connect(properties));
    }

    /** Sends a message as web-server and socket-server do. */
    void send(StateEvent message, String messageId) throws IOException {
        send(
                MessageCodec.encode(message),
                new AMQP.BasicProperties.Builder()
                        .deliveryMode(2)
                        .contentType("application/json")
                        .type(message.type().wireName())
                        .messageId(messageId)
                        .build());
    }

    void send(byte[] body, AMQP.BasicProperties properties) throws IOException {
        synchronized (channel) {
            channel.basicPublish("", AmqpNames.STATUS_QUEUE, properties, body);
        }
    }

    /** Puts a message where the dead letters are. */
    void deadLetter(byte[] body, AMQP.BasicProperties properties) throws IOException {
        synchronized (channel) {
            channel.basicPublish("", AmqpNames.DEAD_LETTER_QUEUE, properties, body);
        }
    }

    /** The next broadcast; fails where none comes. */
    Received next(Duration atMost) throws InterruptedException {
        @Nullable Received next = heard.poll(atMost.toMillis(), TimeUnit.MILLISECONDS);
        if (next == null) {
            throw new AssertionError("no broadcast within " + atMost);
        }
        return next;
    }

    Received next() throws InterruptedException {
        return next(Duration.ofSeconds(10));
    }

    /** Whether nothing was broadcast that was not asked for. */
    boolean silent() {
        return heard.isEmpty();
    }

    /** Takes the next dead letter. */
    GetResponse deadLetter() {
        return await().atMost(Duration.ofSeconds(10)).until(this::takeDeadLetter, letter -> letter != null);
    }

    @Nullable
    GetResponse takeDeadLetter() throws IOException {
        synchronized (channel) {
            return channel.basicGet(AmqpNames.DEAD_LETTER_QUEUE, true);
        }
    }

    /** Messages that wait in a queue, without those that are in somebody's hand. */
    long ready(String queue) throws IOException {
        synchronized (channel) {
            return channel.messageCount(queue);
        }
    }

    @Override
    public void close() throws IOException {
        connection.close();
    }
}
