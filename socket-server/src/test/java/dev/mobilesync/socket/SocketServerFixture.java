package dev.mobilesync.socket;

import static java.util.Objects.requireNonNull;
import static org.awaitility.Awaitility.await;
import static org.springframework.boot.health.contributor.Status.UP;

import com.rabbitmq.client.AMQP;
import dev.mobilesync.messages.AmqpNames;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.RedisKeys;
import dev.mobilesync.messages.Status;
import dev.mobilesync.messages.StompTopics;
import dev.mobilesync.messages.SyncRecord;
import dev.mobilesync.service.publishing.ConfirmedPublisher;
import dev.mobilesync.service.publishing.OutboundMessage;
import dev.mobilesync.socket.fanout.BroadcastListener;
import dev.mobilesync.socket.stomp.DisconnectReason;
import dev.mobilesync.testsupport.ApiClient;
import dev.mobilesync.testsupport.StompTestClient;
import dev.mobilesync.testsupport.TestTokens;
import dev.mobilesync.testsupport.api.AmqpContract;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.net.http.WebSocketHandshakeException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.springframework.amqp.core.AmqpAdmin;
import org.springframework.amqp.core.Binding;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.rabbit.core.RabbitTemplate;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.Lifecycle;
import org.springframework.data.redis.core.StringRedisTemplate;

/** A running socket-server on a free port, and the writes and broadcasts of a state-manager. */
public final class SocketServerFixture implements AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofMinutes(1);
    private static final long RECEIVE_MILLIS = 10_000;
    private static final AtomicInteger EXAMINEES = new AtomicInteger();
    private static final AtomicInteger ADDRESSES = new AtomicInteger();

    private final ConfigurableApplicationContext context;

    private SocketServerFixture(ConfigurableApplicationContext context) {
        this.context = context;
    }

    /**
     * Starts a server and waits until it consumes its queue.
     *
     * @param servers connection properties of the broker and Redis
     * @param settings in the form {@code name=value}
     */
    static SocketServerFixture start(Map<String, String> servers, String... settings) {
        SocketServerFixture server = startWithoutWaiting(servers, settings);
        server.awaitConsuming(true);
        return server;
    }

    static SocketServerFixture startWithoutWaiting(Map<String, String> servers, String... settings) {
        List<String> arguments = new ArrayList<>(List.of(
                "--server.port=0", "--management.server.port=0", "--mobile-sync.jwt.secret=" + TestTokens.SECRET));
        servers.forEach((name, value) -> arguments.add("--" + name + "=" + value));
        for (String each : settings) {
            arguments.add("--" + each);
        }
        return new SocketServerFixture(new SpringApplicationBuilder(SocketServer.class)
                .properties("spring.config.name=" + SocketServer.CONFIG_NAME)
                .registerShutdownHook(false)
                .run(arguments.toArray(String[]::new)));
    }

    /** Waits until it consumes its queue of broadcasts, or until it does not. */
    void awaitConsuming(boolean consuming) {
        BroadcastListener broadcasts = bean(BroadcastListener.class);
        await().atMost(TIMEOUT).until(() -> broadcasts.health().getStatus().equals(UP) == consuming);
    }

    /** An unused examinee of plan P001. Shared instances remember revisions. */
    public static ExamineeKey newExaminee() {
        return new ExamineeKey("P001", "E" + EXAMINEES.incrementAndGet());
    }

    /** An unused client address. */
    static String newAddress() {
        int number = ADDRESSES.incrementAndGet();
        return "10.%d.%d.%d".formatted(number >> 16 & 255, number >> 8 & 255, number & 255);
    }

    int port() {
        return Integer.parseInt(
                requireNonNull(context.getEnvironment().getProperty("local.server.port"), "local.server.port"));
    }

    int managementPort() {
        return Integer.parseInt(
                requireNonNull(context.getEnvironment().getProperty("local.management.port"), "local.management.port"));
    }

    /** The queue of broadcasts that it consumes. */
    String queue() {
        return bean(SocketServerProperties.class).socketQueue();
    }

    URI uri() {
        return URI.create("ws://127.0.0.1:" + port() + "/ws");
    }

    public <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    Lifecycle lifecycle(String bean) {
        return context.getBean(bean, Lifecycle.class);
    }

    /** Sends a GET request to the port of the WebSocket. */
    HttpResponse<String> get(String path) {
        return ApiClient.ofOther(URI.create("http://127.0.0.1:" + port())).get(path, "");
    }

    /** Opens a WebSocket from a new address, if the server trusts this machine as a proxy. */
    StompTestClient open() {
        try {
            return open(newAddress(), Map.of());
        } catch (WebSocketHandshakeException e) {
            throw new AssertionError(e);
        }
    }

    StompTestClient open(String address, Map<String, String> httpHeaders) throws WebSocketHandshakeException {
        Map<String, String> headers = new HashMap<>(httpHeaders);
        headers.put("X-Forwarded-For", address);
        return StompTestClient.open(uri(), headers);
    }

    /**
     * Connects a TCP socket and sends a handshake from a new address. Does not read the response.
     *
     * @param headers additional lines of the request
     */
    void handshake(Socket socket, String... headers) throws IOException {
        socket.connect(new InetSocketAddress("127.0.0.1", port()));
        List<String> lines = new ArrayList<>(List.of(
                "GET /ws HTTP/1.1",
                "Host: 127.0.0.1",
                "Upgrade: websocket",
                "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
                "X-Forwarded-For: " + newAddress()));
        lines.addAll(List.of(headers));
        String request = String.join("\r\n", lines) + "\r\n\r\n";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    }

    /** Opens a WebSocket from a new address and authenticates. */
    StompTestClient connect(String token) {
        return connect(token, Map.of());
    }

    StompTestClient connect(String token, Map<String, String> headers) {
        StompTestClient client = open();
        client.login(token, headers);
        client.connected();
        return client;
    }

    /** A browser of the examinee, with a new token. */
    public StompTestClient examinee(ExamineeKey examinee) {
        return connect(TestTokens.examinee(examinee.planId(), examinee.examineeId()));
    }

    /** A browser of a proctor, with a new token. */
    StompTestClient proctor(String... plans) {
        return connect(TestTokens.proctor("proctor-1", plans));
    }

    /** A browser of the examinee that is subscribed to the examinee's topic. */
    public StompTestClient subscribedExaminee(ExamineeKey examinee) {
        StompTestClient browser = examinee(examinee);
        browser.subscribe(StompTopics.examinee(examinee));
        return browser;
    }

    /** A browser of a proctor that is subscribed to the plan's topic. */
    StompTestClient subscribedProctor(String plan) {
        StompTestClient browser = proctor(plan);
        browser.subscribe(StompTopics.plan(plan));
        return browser;
    }

    /** Writes, then broadcasts, as state-manager does. */
    void change(SyncRecord record) {
        write(record);
        broadcast(record);
    }

    public void write(SyncRecord record) {
        bean(StringRedisTemplate.class)
                .<String, String>opsForHash()
                .putAll(RedisKeys.record(record.examinee()), record.toHash());
    }

    void broadcast(SyncRecord record) {
        bean(ConfirmedPublisher.class).publish(OutboundMessage.broadcast(record));
    }

    /** Broadcasts arbitrary bytes and waits for the confirm, so that broadcasts stay ordered. */
    void broadcast(byte[] body, @Nullable Long revision) {
        AMQP.BasicProperties.Builder properties =
                new AMQP.BasicProperties.Builder().messageId(UUID.randomUUID().toString());
        if (revision != null) {
            properties.headers(Map.of(AmqpNames.REVISION, revision));
        }
        bean(ConfirmedPublisher.class)
                .publish(new OutboundMessage(AmqpNames.BROADCAST_EXCHANGE, "", false, properties.build(), body));
    }

    /** The next message in {@code status_queue}, as {@code asyncapi.yaml} documents it, or {@code null} after a timeout. */
    @Nullable
    Message receiveStatus() {
        Message message = bean(RabbitTemplate.class).receive(AmqpNames.STATUS_QUEUE, RECEIVE_MILLIS);
        if (message != null) {
            AmqpContract.checkEvent(ReceivedProperties.of(message), message.getBody());
        }
        return message;
    }

    /** Binds a queue to the exchange of broadcasts, and returns its name. */
    String bindBroadcasts() {
        String queue = requireNonNull(bean(AmqpAdmin.class).declareQueue()).getName();
        bean(AmqpAdmin.class)
                .declareBinding(
                        new Binding(queue, Binding.DestinationType.QUEUE, AmqpNames.BROADCAST_EXCHANGE, "", Map.of()));
        return queue;
    }

    /** Returns the next broadcast in a queue, as {@code asyncapi.yaml} documents it; fails after a timeout. */
    Message receiveBroadcast(String queue) {
        Message message = requireNonNull(bean(RabbitTemplate.class).receive(queue, RECEIVE_MILLIS), "no broadcast");
        AmqpContract.checkBroadcast(ReceivedProperties.of(message), message.getBody());
        return message;
    }

    /** Discards all messages in {@code status_queue}. */
    void purgeStatus() {
        bean(AmqpAdmin.class).purgeQueue(AmqpNames.STATUS_QUEUE);
    }

    double disconnects(DisconnectReason reason) {
        return bean(MeterRegistry.class)
                .get("mobile.sync.socket.disconnects")
                .tag("reason", reason.name())
                .counter()
                .count();
    }

    double droppedFrames() {
        return bean(MeterRegistry.class)
                .get("mobile.sync.socket.dropped.frames")
                .counter()
                .count();
    }

    Timer timer(String name) {
        return bean(MeterRegistry.class).get(name).timer();
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

    double pendingStates() {
        return bean(MeterRegistry.class)
                .get("mobile.sync.current.states.pending")
                .gauge()
                .value();
    }

    @Override
    public void close() {
        context.close();
    }

    /** A record with status WAITING. */
    static SyncRecord waiting(ExamineeKey examinee, long revision) {
        return SyncRecord.builder(examinee)
                .status(Status.WAITING, "message-" + revision, Instant.parse("2024-01-01T09:00:00Z"))
                .deadline(Instant.parse("2024-01-01T09:05:00Z"))
                .revision(revision)
                .build();
    }

    /** A record with status COMPLETED. */
    public static SyncRecord completed(ExamineeKey examinee, long revision) {
        return SyncRecord.builder(examinee)
                .status(Status.COMPLETED, "message-" + revision, Instant.parse("2024-01-01T09:00:00Z"))
                .device("M001")
                .revision(revision)
                .build();
    }
}
