package dev.mobilesync.service;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.GetResponse;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.MobileSyncStatus;
import dev.mobilesync.messages.Topology;
import dev.mobilesync.testsupport.NeedsRealServers;
import dev.mobilesync.testsupport.RealServers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Import;

/** Against a real broker, over a wire that can break. */
@NeedsRealServers
class ConfirmedPublisherIT {

    private static final Duration LIMIT = Duration.ofSeconds(1);
    private static final Duration A_LITTLE_MORE = LIMIT.plusMillis(1_500);

    private RealServers servers;
    private Wire wire;
    private ConfigurableApplicationContext context;
    private ConfirmedPublisher publisher;
    private Connection connection;
    private Channel channel;

    @BeforeEach
    void start() throws Exception {
        servers = RealServers.open();
        Map<String, String> properties = servers.properties();
        String host = requireNonNull(properties.get("spring.rabbitmq.host"));
        int port = Integer.parseInt(requireNonNull(properties.get("spring.rabbitmq.port")));
        String virtualHost = requireNonNull(properties.get("spring.rabbitmq.virtual-host"));
        wire = new Wire(host, port);
        context = new SpringApplicationBuilder(Parts.class)
                .properties("spring.config.name=common-service")
                .run(
                        "--spring.main.web-application-type=none",
                        "--spring.rabbitmq.host=127.0.0.1",
                        "--spring.rabbitmq.port=" + wire.port(),
                        "--spring.rabbitmq.virtual-host=" + virtualHost,
                        "--mobile-sync.broker.confirm-timeout=" + LIMIT.toMillis() + "ms");
        publisher = context.getBean(ConfirmedPublisher.class);
        // What is declared with the first connection.
        context.getBean(org.springframework.amqp.rabbit.connection.ConnectionFactory.class)
                .createConnection();
        ConnectionFactory factory = new ConnectionFactory();
        factory.setHost(host);
        factory.setPort(port);
        factory.setVirtualHost(virtualHost);
        connection = factory.newConnection();
        channel = connection.createChannel();
    }

    @AfterEach
    void stop() throws Exception {
        connection.close();
        wire.unfreeze();
        context.close();
        wire.close();
        servers.close();
    }

    @Test
    void whatIsConfirmedIsInTheQueueWithTheContractsProperties() throws Exception {
        publisher.publish(status(1));

        GetResponse got = channel.basicGet(Topology.STATUS_QUEUE, true);
        AMQP.BasicProperties properties = got.getProps();
        assertThat(properties.getDeliveryMode()).isEqualTo(2);
        assertThat(properties.getContentType()).isEqualTo("application/json");
        assertThat(properties.getType()).isEqualTo("mobile_sync_status");
        assertThat(properties.getMessageId()).isEqualTo("id-1");
        assertThat(properties.getTimestamp()).isNotNull();
        assertThat(properties.getHeaders()).containsKey("traceparent").doesNotContainKey("__TypeId__");
    }

    @Test
    void aMessageThatNoQueueTakesHasFailedAndTheNextGoesOn() {
        assertThatThrownBy(() -> publisher.publish(to("", "no-such-queue")))
                .isInstanceOf(PublishFailedException.class)
                .hasMessageContaining("no queue takes it");
        publisher.publish(status(1));
    }

    @Test
    void aMessageThatNeedsNoQueueIsConfirmedWithoutOne() {
        publisher.publish(
                new Publication(Topology.BROADCAST_EXCHANGE, "", false, new AMQP.BasicProperties(), new byte[] {1}));
    }

    @Test
    void anExchangeThatIsNotThereHasFailedAndTheNextGoesOn() {
        assertThatThrownBy(() -> publisher.publish(to("no-such-exchange", "")))
                .isInstanceOf(PublishFailedException.class);
        publishSoon();
    }

    @Test
    void aConnectionThatIsCutFailsAtOnceAndComesBack() throws Exception {
        publisher.publish(status(1));
        wire.cut();
        for (int i = 2; i < 5; i++) {
            Publication during = status(i);
            assertThat(timed(() -> assertThatThrownBy(() -> publisher.publish(during))
                            .isInstanceOf(PublishFailedException.class)))
                    .isLessThan(A_LITTLE_MORE);
        }
        wire.mend();
        publishSoon();
    }

    @Test
    void aBrokerThatHangsHoldsNobodyForLongerThanTheLimit() throws Exception {
        publisher.publish(status(1));
        wire.freeze();
        int callers = 200;
        ExecutorService pool = Executors.newFixedThreadPool(callers);
        try {
            Duration took = timed(() -> {
                List<Future<?>> all = new ArrayList<>();
                for (int i = 0; i < callers; i++) {
                    Publication during = status(100 + i);
                    all.add(pool.submit(() -> assertThatThrownBy(() -> publisher.publish(during))
                            .isInstanceOf(PublishFailedException.class)));
                }
                for (Future<?> each : all) {
                    each.get(30, TimeUnit.SECONDS);
                }
            });
            assertThat(took).isBetween(LIMIT.dividedBy(2), A_LITTLE_MORE);
        } finally {
            pool.shutdownNow();
        }
        wire.unfreeze();
        publishSoon();
    }

    @Test
    void aBrokerThatHangsBeforeTheFirstConnectionHoldsNobodyEither() throws Exception {
        wire.cut();
        wire.freeze();
        wire.mend();
        for (int i = 0; i < 3; i++) {
            Publication during = status(i);
            assertThat(timed(() -> assertThatThrownBy(() -> publisher.publish(during))
                            .isInstanceOf(PublishFailedException.class)))
                    .isLessThan(A_LITTLE_MORE);
        }
        wire.unfreeze();
        publishSoon();
    }

    @Test
    void whoWaitsIsToldWhenThePublisherStops() throws Exception {
        publisher.publish(status(1));
        wire.freeze();
        ExecutorService pool = Executors.newSingleThreadExecutor();
        try {
            Future<?> waiting = pool.submit(() ->
                    assertThatThrownBy(() -> publisher.publish(status(2))).isInstanceOf(PublishFailedException.class));
            publisher.stop();
            waiting.get(5, TimeUnit.SECONDS);
            assertThatThrownBy(() -> publisher.publish(status(3))).hasMessageContaining("stopped");
        } finally {
            pool.shutdownNow();
        }
        wire.unfreeze();
        publisher.start();
        publishSoon();
    }

    @Test
    void manyPublishersShareTheChannelAndNothingIsLostOrMixedUp() throws Exception {
        int count = 10_000;
        int threads = 64;
        publisher.publish(status(0));
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Future<?>> all = new ArrayList<>();
            Duration took = timed(() -> {
                for (int i = 1; i < count; i++) {
                    Publication next = status(i);
                    all.add(pool.submit(() -> publisher.publish(next)));
                }
                for (Future<?> each : all) {
                    each.get(60, TimeUnit.SECONDS);
                }
            });
            System.out.printf(
                    "%d messages, confirmed one by one, from %d threads: %.0f a second%n",
                    count, threads, count / (took.toMillis() / 1_000.0));
        } finally {
            pool.shutdownNow();
        }
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < count; i++) {
            ids.add(channel.basicGet(Topology.STATUS_QUEUE, true).getProps().getMessageId());
        }
        assertThat(ids).hasSize(count);
    }

    private void publishSoon() {
        await().atMost(Duration.ofSeconds(15))
                .ignoreExceptionsInstanceOf(PublishFailedException.class)
                .until(() -> {
                    publisher.publish(status(999_999));
                    return true;
                });
    }

    private static Duration timed(Action action) throws Exception {
        long since = System.nanoTime();
        action.run();
        return Duration.ofNanos(System.nanoTime() - since);
    }

    private interface Action {
        void run() throws Exception;
    }

    private static Publication to(String exchange, String routingKey) {
        return new Publication(
                exchange,
                routingKey,
                true,
                new AMQP.BasicProperties.Builder().messageId("lost").build(),
                new byte[] {1});
    }

    private static Publication status(int number) {
        return Publication.toStatusQueue(
                MobileSyncStatus.paired(
                        new ExamineeKey("P1", "E" + number), "M1", Instant.parse("2026-01-01T09:00:00Z")),
                "id-" + number);
    }

    @EnableAutoConfiguration
    @Import(ServiceConfiguration.class)
    static class Parts {}
}
