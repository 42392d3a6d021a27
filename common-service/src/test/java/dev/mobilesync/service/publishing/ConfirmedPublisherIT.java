package dev.mobilesync.service.publishing;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import dev.mobilesync.messages.AmqpNames;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.MobileSyncStatus;
import dev.mobilesync.service.ServiceConfiguration;
import dev.mobilesync.testsupport.BrokerQueues;
import dev.mobilesync.testsupport.NeedsRealServers;
import dev.mobilesync.testsupport.NetworkProxy;
import dev.mobilesync.testsupport.ProxiedServers;
import dev.mobilesync.testsupport.TestServers;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Import;

/**
 * Uses a real broker that tests can disconnect and delay. The embedded broker may nack an unroutable message before it
 * returns it, and confirms persistent messages at a fraction of the rate.
 */
@TestInstance(Lifecycle.PER_CLASS)
@NeedsRealServers
class ConfirmedPublisherIT {

    private static final Duration LIMIT = Duration.ofSeconds(1);
    private static final Duration LIMIT_WITH_TOLERANCE = LIMIT.plusMillis(1_500);

    private final ProxiedServers servers = new ProxiedServers(TestServers.shared());
    private ConfigurableApplicationContext context;
    private ConfirmedPublisher publisher;
    private Connection connection;
    private Channel channel;

    @BeforeAll
    void start() throws Exception {
        List<String> arguments = new ArrayList<>();
        servers.properties().forEach((key, value) -> arguments.add("--" + key + "=" + value));
        arguments.add("--spring.main.web-application-type=none");
        arguments.add("--mobile-sync.broker.confirm-timeout=" + LIMIT.toMillis() + "ms");
        context = new SpringApplicationBuilder(TestedBeans.class)
                .properties("spring.config.name=common-service")
                .run(arguments.toArray(String[]::new));
        publisher = context.getBean(ConfirmedPublisher.class);
        connection = BrokerQueues.connect(servers.behind().properties());
        channel = connection.createChannel();
    }

    @AfterAll
    void stop() throws Exception {
        connection.close();
        servers.reset();
        context.close();
        servers.close();
    }

    /** Publishes a first message, which also declares the queues. */
    @BeforeEach
    void reset() {
        servers.reset();
        publishSoon();
    }

    @Test
    void confirmsQueuedMessageWithProperties() throws Exception {
        publisher.publish(status(7));

        AMQP.BasicProperties properties = await().until(
                        () -> channel.basicGet(AmqpNames.STATUS_QUEUE, true),
                        got -> got != null && got.getProps().getMessageId().equals("id-7"))
                .getProps();
        assertThat(properties.getDeliveryMode()).isEqualTo(2);
        assertThat(properties.getContentType()).isEqualTo("application/json");
        assertThat(properties.getType()).isEqualTo("mobile_sync_status");
        assertThat(properties.getTimestamp()).isNotNull();
        assertThat(properties.getHeaders()).containsKey("traceparent").doesNotContainKey("__TypeId__");
    }

    @Test
    void failsUnroutableMessage() {
        assertThatThrownBy(() -> publisher.publish(to("", "no-such-queue")))
                .isInstanceOf(PublishFailedException.class)
                .hasMessageContaining("unroutable");
        publisher.publish(status(1));
    }

    @Test
    void confirmsBroadcastWithoutQueue() {
        publisher.publish(new OutboundMessage(
                AmqpNames.BROADCAST_EXCHANGE, "", false, new AMQP.BasicProperties(), new byte[] {1}));
    }

    @Test
    void recoversFromMissingExchange() {
        assertThatThrownBy(() -> publisher.publish(to("no-such-exchange", "")))
                .isInstanceOf(PublishFailedException.class);
        publishSoon();
    }

    @Test
    void recoversFromConnectionLoss() throws Exception {
        assertFailsInTimeAndRecovers(NetworkProxy::hangUp);
    }

    @Test
    void recoversFromRefusedConnections() throws Exception {
        assertFailsInTimeAndRecovers(NetworkProxy::cut);
    }

    private void assertFailsInTimeAndRecovers(Consumer<NetworkProxy> fault) throws Exception {
        publisher.publish(status(1));
        fault.accept(servers.broker());
        assertFailsInTime();
        servers.broker().restore();
        publishSoon();
    }

    private void assertFailsInTime() throws Exception {
        for (int i = 2; i < 5; i++) {
            OutboundMessage during = status(i);
            assertThat(timed(() -> assertThatThrownBy(() -> publisher.publish(during))
                            .isInstanceOf(PublishFailedException.class)))
                    .isLessThan(LIMIT_WITH_TOLERANCE);
        }
    }

    @Test
    void failsInTimeWhenBrokerHangs() throws Exception {
        publisher.publish(status(1));
        servers.broker().freeze();
        int callers = 200;
        ExecutorService pool = Executors.newFixedThreadPool(callers);
        try {
            Duration took = timed(() -> {
                List<Future<?>> all = new ArrayList<>();
                for (int i = 0; i < callers; i++) {
                    OutboundMessage during = status(100 + i);
                    all.add(pool.submit(() -> assertThatThrownBy(() -> publisher.publish(during))
                            .isInstanceOf(PublishFailedException.class)));
                }
                for (Future<?> each : all) {
                    each.get(30, TimeUnit.SECONDS);
                }
            });
            assertThat(took).isBetween(LIMIT.dividedBy(2), LIMIT_WITH_TOLERANCE);
        } finally {
            pool.shutdownNow();
        }
        servers.broker().unfreeze();
        publishSoon();
    }

    @Test
    void failsInTimeWhenFirstConnectionHangs() throws Exception {
        servers.broker().cut();
        servers.broker().restore();
        servers.broker().freeze();
        assertFailsInTime();
        servers.broker().unfreeze();
        publishSoon();
    }

    @Test
    void asynchronousPublishingFailsInTimeWhenBrokerHangs() throws Exception {
        List<CompletableFuture<@Nullable Void>> confirmed = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            confirmed.add(publisher.publishAsync(status(i)));
        }
        CompletableFuture.allOf(confirmed.toArray(CompletableFuture[]::new)).get(10, TimeUnit.SECONDS);
        servers.broker().freeze();
        CompletableFuture<@Nullable Void> during = publisher.publishAsync(status(201));
        assertThat(unconfirmedMessages()).isEqualTo(1);
        assertThat(timed(() -> assertThatThrownBy(during::join)
                        .hasCauseInstanceOf(PublishFailedException.class)
                        .hasMessageContaining("no confirm within")))
                .isLessThan(LIMIT_WITH_TOLERANCE);
        servers.broker().unfreeze();
        assertThatThrownBy(publisher.publishAsync(to("", "no-such-queue"))::join)
                .hasMessageContaining("unroutable");
        publishSoon();
    }

    private double unconfirmedMessages() {
        return context.getBean(MeterRegistry.class)
                .get("mobile.sync.unconfirmed.messages")
                .gauge()
                .value();
    }

    @Test
    void failsPendingMessagesOnStop() throws Exception {
        publisher.publish(status(1));
        servers.broker().freeze();
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
        servers.broker().unfreeze();
        publisher.start();
        publishSoon();
    }

    @Test
    void matchesConfirmsOfConcurrentPublishers() throws Exception {
        int count = 10_000;
        int threads = 64;
        int first = 100_000;
        publisher.publish(status(first));
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Future<?>> all = new ArrayList<>();
            Duration took = timed(() -> {
                for (int i = 1; i < count; i++) {
                    OutboundMessage next = status(first + i);
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
        Set<String> sent = IntStream.range(first, first + count)
                .mapToObj(number -> "id-" + number)
                .collect(Collectors.toSet());
        BlockingQueue<String> ids = new LinkedBlockingQueue<>();
        String consumer = channel.basicConsume(
                AmqpNames.STATUS_QUEUE,
                true,
                (tag, message) -> ids.add(message.getProperties().getMessageId()),
                tag -> {});
        while (!sent.isEmpty()) {
            sent.remove(requireNonNull(ids.poll(10, TimeUnit.SECONDS)));
        }
        channel.basicCancel(consumer);
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

    private static OutboundMessage to(String exchange, String routingKey) {
        return new OutboundMessage(
                exchange,
                routingKey,
                true,
                new AMQP.BasicProperties.Builder().messageId("lost").build(),
                new byte[] {1});
    }

    private static OutboundMessage status(int number) {
        return OutboundMessage.toStatusQueue(
                MobileSyncStatus.paired(
                        new ExamineeKey("P1", "E" + number), "M1", Instant.parse("2026-01-01T09:00:00Z")),
                "id-" + number);
    }

    @EnableAutoConfiguration
    @Import(ServiceConfiguration.class)
    static class TestedBeans {}
}
