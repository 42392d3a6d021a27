package dev.mobilesync.socket;

import static java.util.Objects.requireNonNull;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.Status;
import dev.mobilesync.messages.SyncRecord;
import dev.mobilesync.messages.Topology;
import dev.mobilesync.service.ConfirmedPublisher;
import dev.mobilesync.service.Publication;
import dev.mobilesync.testsupport.StompTestClient;
import dev.mobilesync.testsupport.TestTokens;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.rabbit.core.RabbitTemplate;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.data.redis.core.StringRedisTemplate;

/** A socket-server on a port of its own, and what a state-manager would do beside it. */
final class TestInstance implements AutoCloseable {

    private static final long RECEIVE_MILLIS = 10_000;

    private final ConfigurableApplicationContext context;

    private TestInstance(ConfigurableApplicationContext context) {
        this.context = context;
    }

    /**
     * Starts one and waits until it reads its queue.
     *
     * @param more properties in the form {@code name=value}
     */
    static TestInstance start(Map<String, String> servers, String... more) {
        TestInstance instance = startAtOnce(servers, more);
        await().until(
                        () -> instance.bean(BroadcastListener.class)
                                .health()
                                .getStatus()
                                .getCode(),
                        "UP"::equals);
        return instance;
    }

    static TestInstance startAtOnce(Map<String, String> servers, String... more) {
        SocketServer.useSmallBuffers();
        List<String> arguments = new ArrayList<>(List.of(
                "--server.port=0", "--management.server.port=0", "--mobile-sync.jwt.secret=" + TestTokens.SECRET));
        servers.forEach((name, value) -> arguments.add("--" + name + "=" + value));
        for (String each : more) {
            arguments.add("--" + each);
        }
        return new TestInstance(new SpringApplicationBuilder(SocketServer.class)
                .properties("spring.config.name=" + SocketServer.CONFIG_NAME)
                .run(arguments.toArray(String[]::new)));
    }

    int port() {
        return Integer.parseInt(
                requireNonNull(context.getEnvironment().getProperty("local.server.port"), "local.server.port"));
    }

    int managementPort() {
        return Integer.parseInt(
                requireNonNull(context.getEnvironment().getProperty("local.management.port"), "local.management.port"));
    }

    URI uri() {
        return URI.create("ws://127.0.0.1:" + port() + "/ws");
    }

    <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    /** A browser of that examinee. */
    StompTestClient examinee(ExamineeKey examinee) {
        return StompTestClient.connect(uri(), TestTokens.examinee(examinee.planId(), examinee.examineeId()));
    }

    /** A browser of a proctor. */
    StompTestClient proctor(String... plans) {
        return StompTestClient.connect(uri(), TestTokens.proctor("proctor-1", plans));
    }

    /** As state-manager does it: writes, then broadcasts. */
    void change(SyncRecord record) {
        write(record);
        broadcast(record);
    }

    void write(SyncRecord record) {
        bean(StringRedisTemplate.class)
                .<String, String>opsForHash()
                .putAll(Topology.recordKey(record.examinee()), record.toHash());
    }

    void broadcast(SyncRecord record) {
        bean(ConfirmedPublisher.class).publish(Publication.broadcast(record));
    }

    /** Broadcasts bytes of any kind. Confirmed like a record's, so that what is broadcast next comes next. */
    void broadcast(byte[] body, @Nullable Long revision) {
        AMQP.BasicProperties.Builder properties = new AMQP.BasicProperties.Builder();
        if (revision != null) {
            properties.headers(Map.of(Topology.REVISION, revision));
        }
        bean(ConfirmedPublisher.class)
                .publish(new Publication(Topology.BROADCAST_EXCHANGE, "", false, properties.build(), body));
    }

    /** What arrived in {@code status_queue}, or {@code null} after a while. */
    @Nullable
    Message receiveStatus() {
        return bean(RabbitTemplate.class).receive(Topology.STATUS_QUEUE, RECEIVE_MILLIS);
    }

    double disconnects(DisconnectReason reason) {
        return bean(MeterRegistry.class)
                .get("mobile.sync.socket.disconnects")
                .tag("reason", reason.name())
                .counter()
                .count();
    }

    double sessions() {
        return bean(MeterRegistry.class)
                .get("mobile.sync.socket.sessions")
                .gauge()
                .value();
    }

    double subscriptions() {
        return bean(MeterRegistry.class)
                .get("mobile.sync.socket.subscriptions")
                .gauge()
                .value();
    }

    @Override
    public void close() {
        context.close();
    }

    /** A record of somebody who waits. */
    static SyncRecord waiting(ExamineeKey examinee, long revision) {
        return SyncRecord.builder(examinee)
                .status(Status.WAITING, "message-" + revision, Instant.parse("2024-01-01T09:00:00Z"))
                .deadline(Instant.parse("2024-01-01T09:05:00Z"))
                .revision(revision)
                .build();
    }

    /** A record of somebody who is done, as in the scenario. */
    static SyncRecord completed(ExamineeKey examinee, long revision) {
        return SyncRecord.builder(examinee)
                .status(Status.COMPLETED, "message-" + revision, Instant.parse("2024-01-01T09:00:00Z"))
                .device("M001")
                .revision(revision)
                .build();
    }
}
