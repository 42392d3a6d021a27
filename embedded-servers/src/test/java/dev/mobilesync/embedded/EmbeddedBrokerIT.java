package dev.mobilesync.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.GetResponse;
import com.rabbitmq.client.MessageProperties;
import com.rabbitmq.client.PossibleAuthenticationFailureException;
import com.rabbitmq.client.Return;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The embedded broker behaves like RabbitMQ where the services rely on it. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class EmbeddedBrokerIT extends EmbeddedBrokerFixture {

    @Test
    void honoursExpiration() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(dir, 0);
                Connection connection = connect(broker);
                Channel channel = confirming(connection)) {
            channel.queueDeclare(QUEUE, true, false, false, null);
            publishExpiring(channel, "long", "60000");
            publishExpiring(channel, "short", "100");
            publish(channel, "", QUEUE, "without");
            Instant published = Instant.now();

            assertThat(consume(channel)).isEqualTo("long");
            await().until(() -> Instant.now().isAfter(published.plusMillis(300)));
            assertThat(consume(channel)).as("short has expired").isEqualTo("without");
            assertThat(channel.basicGet(QUEUE, true)).isNull();
            publishExpiring(channel, "kept", "60000");
        }
        try (EmbeddedBroker broker = EmbeddedBroker.start(dir, 0);
                Connection connection = connect(broker);
                Channel channel = connection.createChannel()) {
            assertThat(consume(channel)).as("after a restart").isEqualTo("kept");
        }
    }

    private static void publishExpiring(Channel channel, String body, String expiration) throws Exception {
        AMQP.BasicProperties properties = MessageProperties.PERSISTENT_BASIC
                .builder()
                .expiration(expiration)
                .build();
        channel.basicPublish("", QUEUE, properties, body.getBytes(UTF_8));
        channel.waitForConfirmsOrDie(CONFIRM_MILLIS);
    }

    @Test
    void redeliversWithoutLimit() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(dir, 0)) {
            try (Connection connection = connect(broker);
                    Channel channel = confirming(connection)) {
                channel.queueDeclare(QUEUE, true, false, false, null);
                publish(channel, "", QUEUE, "again");
                for (int i = 0; i < 30; i++) {
                    GetResponse message = get(channel);
                    channel.basicNack(message.getEnvelope().getDeliveryTag(), false, true);
                }
            }
            for (int i = 0; i < 5; i++) {
                try (Connection connection = connect(broker);
                        Channel channel = connection.createChannel()) {
                    get(channel);
                }
            }
            try (Connection connection = connect(broker);
                    Channel channel = connection.createChannel()) {
                assertThat(consume(channel)).isEqualTo("again");
            }
        }
    }

    @Test
    void dropsMessageRejectedWithoutRequeue() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(dir, 0);
                Connection connection = connect(broker);
                Channel channel = confirming(connection)) {
            channel.queueDeclare(QUEUE, true, false, false, null);
            publish(channel, "", QUEUE, "malformed");
            channel.basicReject(get(channel).getEnvelope().getDeliveryTag(), false);

            assertThat(channel.basicGet(QUEUE, true)).isNull();
        }
    }

    @Test
    void returnsUnroutableMandatoryMessage() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(dir, 0);
                Connection connection = connect(broker);
                Channel channel = confirming(connection)) {
            BlockingQueue<Return> returns = new LinkedBlockingQueue<>();
            channel.addReturnListener(returns::add);

            channel.basicPublish("", "nowhere", true, MessageProperties.PERSISTENT_BASIC, "lost?".getBytes(UTF_8));

            Return returned = returns.poll(5, TimeUnit.SECONDS);
            assertThat(returned).isNotNull();
            assertThat(returned.getReplyCode()).isEqualTo(AMQP.NO_ROUTE);
            assertThat(returned.getBody()).asString().isEqualTo("lost?");
            assertThat(channel.waitForConfirms(CONFIRM_MILLIS)).isFalse();
            assertThat(channel.isOpen()).isTrue();
        }
    }

    @Test
    void acceptsQueueArgumentsOfRabbitMq() throws Exception {
        Map<String, Object> arguments = Map.of(
                "x-queue-type", "quorum",
                "x-dead-letter-exchange", "",
                "x-dead-letter-routing-key", "status_queue.dlq",
                "x-dead-letter-strategy", "at-least-once",
                "x-overflow", "reject-publish",
                "x-delivery-limit", 50);
        try (EmbeddedBroker broker = EmbeddedBroker.start(dir, 0);
                Connection connection = connect(broker);
                Channel channel = confirming(connection)) {
            channel.queueDeclare(QUEUE, true, false, false, arguments);
            channel.queueDeclare(QUEUE, true, false, false, arguments);
            publish(channel, "", QUEUE, "kept");

            assertThat(consume(channel)).isEqualTo("kept");
            assertThat(connection.isOpen()).isTrue();
        }
    }

    @Test
    void carriesPropertiesAndHonoursPrefetch() throws Exception {
        AMQP.BasicProperties properties = new AMQP.BasicProperties.Builder()
                .deliveryMode(2)
                .contentType("application/json")
                .type("mobile_sync_status")
                .messageId("m-1")
                .headers(Map.of("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"))
                .build();
        try (EmbeddedBroker broker = EmbeddedBroker.start(dir, 0);
                Connection connection = connect(broker);
                Channel channel = confirming(connection)) {
            channel.queueDeclare(QUEUE, true, false, false, null);
            channel.basicPublish("", QUEUE, true, properties, "{}".getBytes(UTF_8));
            channel.basicPublish("", QUEUE, true, properties, "{}".getBytes(UTF_8));
            channel.waitForConfirmsOrDie(CONFIRM_MILLIS);

            BlockingQueue<AMQP.BasicProperties> deliveries = new LinkedBlockingQueue<>();
            channel.basicQos(1);
            channel.basicConsume(QUEUE, false, (tag, delivery) -> deliveries.add(delivery.getProperties()), tag -> {});

            AMQP.BasicProperties received = deliveries.poll(5, TimeUnit.SECONDS);
            assertThat(received).isNotNull();
            assertThat(received.getType()).isEqualTo("mobile_sync_status");
            assertThat(received.getMessageId()).isEqualTo("m-1");
            assertThat(received.getContentType()).isEqualTo("application/json");
            assertThat(received.getHeaders().get("traceparent")).asString().startsWith("00-0af7");
            await().during(Duration.ofMillis(200)).atMost(Duration.ofSeconds(2)).until(deliveries::isEmpty);
        }
    }

    @Test
    void rejectsWrongPassword() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(dir, 0)) {
            ConnectionFactory factory = factory(broker);
            factory.setPassword("wrong");
            assertThatThrownBy(factory::newConnection).isInstanceOf(PossibleAuthenticationFailureException.class);
        }
    }
}
