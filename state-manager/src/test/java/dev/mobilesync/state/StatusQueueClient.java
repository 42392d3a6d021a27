package dev.mobilesync.state;

import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.GetResponse;
import dev.mobilesync.messages.AmqpNames;
import dev.mobilesync.messages.MessageCodec;
import dev.mobilesync.messages.StatusQueueMessage;
import dev.mobilesync.testsupport.BrokerQueues;
import dev.mobilesync.testsupport.api.AmqpContract;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Stands in for the other services: sends to {@code status_queue} and receives the broadcasts, with the plain client.
 */
public final class StatusQueueClient implements AutoCloseable {

    public record Received(AMQP.BasicProperties properties, byte[] body) {

        public JsonNode json() {
            return MessageCodec.mapper().readTree(body);
        }

        public String type() {
            return properties.getType();
        }

        public String id() {
            return properties.getMessageId();
        }

        public String examinee() {
            return json().get("data").get("examineeId").asString();
        }
    }

    private final Connection connection;
    private final Channel channel;
    private final BlockingQueue<Received> received = new LinkedBlockingQueue<>();

    private StatusQueueClient(Connection connection) throws IOException {
        this.connection = connection;
        this.channel = connection.createChannel();
        channel.exchangeDeclare(AmqpNames.BROADCAST_EXCHANGE, "fanout", true);
        String queue = channel.queueDeclare().getQueue();
        channel.queueBind(queue, AmqpNames.BROADCAST_EXCHANGE, "");
        channel.basicConsume(
                queue,
                true,
                (tag, message) -> received.add(new Received(message.getProperties(), message.getBody())),
                tag -> {});
    }

    public static StatusQueueClient connect(Map<String, String> properties) throws Exception {
        return new StatusQueueClient(BrokerQueues.connect(properties));
    }

    /** Sends a message as web-server and socket-server do. */
    public void send(StatusQueueMessage message, String messageId) throws IOException {
        send(
                MessageCodec.encode(message),
                new AMQP.BasicProperties.Builder()
                        .deliveryMode(2)
                        .contentType("application/json")
                        .type(message.type().wireName())
                        .messageId(messageId)
                        .build());
    }

    public void send(byte[] body, AMQP.BasicProperties properties) throws IOException {
        synchronized (channel) {
            channel.basicPublish("", AmqpNames.STATUS_QUEUE, properties, body);
        }
    }

    /** Sends a message to the dead letter queue. */
    public void deadLetter(byte[] body, AMQP.BasicProperties properties) throws IOException {
        synchronized (channel) {
            channel.basicPublish("", AmqpNames.DEAD_LETTER_QUEUE, properties, body);
        }
    }

    /** Returns the next broadcast, which must be as {@code asyncapi.yaml} documents it; fails if none arrives. */
    public Received next(Duration atMost) throws InterruptedException {
        @Nullable Received next = received.poll(atMost.toMillis(), TimeUnit.MILLISECONDS);
        if (next == null) {
            throw new AssertionError("no broadcast within " + atMost);
        }
        AmqpContract.checkBroadcast(next.properties(), next.body());
        return next;
    }

    public Received next() throws InterruptedException {
        return next(Duration.ofMinutes(1));
    }

    /** Whether no further broadcast was received. */
    public boolean isEmpty() {
        return received.isEmpty();
    }

    /** Takes the next dead letter, which must be as {@code asyncapi.yaml} documents it. */
    public GetResponse deadLetter() {
        GetResponse letter = await().until(this::takeDeadLetter, taken -> taken != null);
        AmqpContract.checkDeadLetter(AmqpNames.DEAD_LETTER_QUEUE, letter.getProps());
        return letter;
    }

    @Nullable
    public GetResponse takeDeadLetter() throws IOException {
        synchronized (channel) {
            return channel.basicGet(AmqpNames.DEAD_LETTER_QUEUE, true);
        }
    }

    /** Returns the number of ready messages in a queue, without unacknowledged ones. */
    public long ready(String queue) throws IOException {
        synchronized (channel) {
            return channel.messageCount(queue);
        }
    }

    @Override
    public void close() throws IOException {
        connection.close();
    }
}
