package dev.mobilesync.browser;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import dev.mobilesync.messages.CaptureInfo;
import dev.mobilesync.messages.DeviceInfo;
import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.MobileSyncFailed;
import dev.mobilesync.messages.MobileSyncOrder;
import dev.mobilesync.messages.MobileSyncOrder.Order;
import dev.mobilesync.messages.MobileSyncStatus;
import dev.mobilesync.messages.MobileSyncWait;
import dev.mobilesync.messages.RedisKeys;
import dev.mobilesync.messages.Status;
import dev.mobilesync.messages.StatusQueueMessage;
import dev.mobilesync.messages.SyncError;
import dev.mobilesync.service.publishing.OutboundMessage;
import dev.mobilesync.testsupport.ApiClient;
import dev.mobilesync.testsupport.RedisUris;
import dev.mobilesync.testsupport.StompTestClient;
import dev.mobilesync.testsupport.TestTokens;
import io.lettuce.core.RedisClient;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import tools.jackson.databind.JsonNode;

/** An exam with many examinees. All changes go through state-manager's queue. */
final class SimulatedExam implements AutoCloseable {

    static final List<DeviceInfo> PHONES = List.of(
            new DeviceInfo("iPhone 15", "iOS 18.1"),
            new DeviceInfo("Galaxy S24", "Android 15"),
            new DeviceInfo("Galaxy A54", "Android 14"),
            new DeviceInfo("Pixel 8", "Android 15"));

    private static final int CREATED = 201;
    private static final int POLLS_PER_DEADLINE = 12;
    private static final AtomicInteger PLANS = new AtomicInteger();

    private final String plan = "B" + PLANS.incrementAndGet();
    private final ApiClient api;
    private final Map<String, String> servers;
    private final Connection connection;
    private final Channel channel;

    /** Starts a separate exam in this application. */
    SimulatedExam(RunningApplication application) {
        api = new ApiClient(application.web());
        servers = application.broker();
        ConnectionFactory factory = new ConnectionFactory();
        factory.setHost(servers.getOrDefault("spring.rabbitmq.host", "127.0.0.1"));
        factory.setPort(Integer.parseInt(servers.getOrDefault("spring.rabbitmq.port", "5672")));
        factory.setVirtualHost(servers.getOrDefault("spring.rabbitmq.virtual-host", "/"));
        try {
            connection = factory.newConnection("exam");
            channel = connection.createChannel();
        } catch (IOException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    String plan() {
        return plan;
    }

    static Instant now() {
        return Instant.now().truncatedTo(ChronoUnit.MILLIS);
    }

    void enterStep(String examinee, Instant since) {
        send(new MobileSyncWait(plan, examinee, since, null));
    }

    /** As the platform's server gives it; an EXTEND by 20 minutes. */
    void orderByPlatform(String examinee, Order order, String reason, String by) {
        Instant deadline = order == Order.EXTEND ? now().plus(Duration.ofMinutes(20)) : null;
        send(new MobileSyncOrder(plan, examinee, order, reason, by, now(), deadline, MobileSyncOrder.Role.SERVICE));
    }

    /** As with a token that has the claim {@code name}. */
    void enterStepWithName(String examinee, String name) {
        send(new MobileSyncWait(plan, examinee, now(), name));
    }

    /** Starts the waits one after the other, so that their deadlines are in this order. */
    void enterStepInOrder(String... examinees) {
        for (int i = 0; i < examinees.length; i++) {
            enterStep(examinees[i], now());
            await(Status.WAITING, i + 1);
        }
    }

    void pair(String examinee, String device) {
        pair(examinee, device, now());
    }

    void pair(String examinee, String device, Instant at) {
        send(MobileSyncStatus.paired(key(examinee), device, at));
    }

    /** Reports a picture that does not exist. */
    void complete(String examinee, String device, Instant at) {
        send(MobileSyncStatus.completed(
                key(examinee),
                device,
                at,
                new CaptureInfo(
                        "/captures/" + examinee + "/sync_cap.jpg",
                        PHONES.get(Math.floorMod(examinee.hashCode(), PHONES.size())),
                        null)));
    }

    /** Uploads a real picture over REST; retries until it is accepted, as phones do. */
    void upload(String examinee, String device, byte[] picture) {
        Awaitility.await()
                .atMost(Duration.ofMinutes(2))
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> api.upload(key(examinee), device, picture).statusCode(), status -> status == CREATED);
    }

    void fail(String examinee, String device, ErrorCode code, Instant at) {
        send(MobileSyncStatus.failed(key(examinee), device, at, SyncError.of(code, "as it happens")));
    }

    /** Sets deadlines in the near future. state-manager ignores a deadline that has already passed, so this retries. */
    void timeOut(String... examinees) {
        Set<String> left = new LinkedHashSet<>(List.of(examinees));
        AtomicInteger polls = new AtomicInteger();
        Awaitility.await()
                .atMost(Duration.ofMinutes(2))
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(500))
                .until(() -> {
                    left.removeIf(examinee ->
                            "TIMEOUT".equals(record(examinee).path("status").asString()));
                    if (polls.getAndIncrement() % POLLS_PER_DEADLINE == 0) {
                        left.forEach(examinee -> extend(examinee, Duration.ofSeconds(3)));
                    }
                    return left.isEmpty();
                });
    }

    void extend(String examinee, Duration left) {
        send(new MobileSyncOrder(
                plan,
                examinee,
                Order.EXTEND,
                "네트워크 문제",
                "park",
                now(),
                now().plus(left),
                MobileSyncOrder.Role.PROCTOR));
    }

    void accept(String examinee, String by, String reason) {
        send(new MobileSyncOrder(plan, examinee, Order.ACCEPT, reason, by, now(), null, MobileSyncOrder.Role.PROCTOR));
    }

    void orderRetake(String examinee, String by, String reason) {
        send(new MobileSyncOrder(plan, examinee, Order.RETAKE, reason, by, now(), null, MobileSyncOrder.Role.PROCTOR));
    }

    /** Reports that the state is not saved yet, as state-manager does while Redis is unavailable. */
    void reportDelay(String examinee) {
        send(OutboundMessage.broadcast(
                new MobileSyncFailed(
                        plan,
                        examinee,
                        null,
                        Status.FAILED,
                        now(),
                        SyncError.of(ErrorCode.STATE_CHANGE_FAILED, "not yet")),
                UUID.randomUUID().toString()));
    }

    /** Sends a proctor's message to an examinee. */
    void message(RunningApplication application, String examinee, String text) {
        try (StompTestClient proctor = StompTestClient.connect(application.socket(), TestTokens.proctor("kim", plan))) {
            proctor.awaitReceipt(proctor.send(
                    "/app/plans/" + plan + "/examinees/" + examinee + "/mobile-sync/notice",
                    "{\"text\":\"" + text + "\"}"));
        }
    }

    /** Writes the status of a future version into the examinee's record. */
    void makeUnreadable(String examinee) {
        RedisClient client = RedisClient.create(RedisUris.of(servers));
        try (var redis = client.connect()) {
            redis.sync().hset(RedisKeys.record(key(examinee)), "status", "ARCHIVED");
        } finally {
            client.shutdown();
        }
    }

    private ExamineeKey key(String examinee) {
        return new ExamineeKey(plan, examinee);
    }

    private void send(StatusQueueMessage message) {
        send(OutboundMessage.toStatusQueue(message, UUID.randomUUID().toString()));
    }

    private void send(OutboundMessage publication) {
        try {
            channel.basicPublish(
                    publication.exchange(), publication.routingKey(), publication.properties(), publication.body());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Waits until this number of records have the status. */
    void await(Status status, int count) {
        Awaitility.await()
                .atMost(Duration.ofMinutes(3))
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(300))
                .until(() -> count(status), found -> found == count);
    }

    /** The records as REST returns them. */
    int count(Status status) {
        return get("?size=1").path("counts").path(status.name()).asInt();
    }

    JsonNode record(String examinee) {
        return get("?examinee=" + examinee).path("items").path(0);
    }

    /** Waits until the examinee's history names this number of pictures. The server writes it after the record. */
    void awaitPicturesInHistory(String examinee, long count) {
        String path = "/api/v1/plans/" + plan + "/examinees/" + examinee + "/mobile-sync/history";
        Awaitility.await()
                .atMost(Duration.ofMinutes(1))
                .until(() -> ApiClient.json(api.get(path, TestTokens.proctor("test", plan)))
                                .path("items")
                                .valueStream()
                                .filter(item -> item.has("imageVersion"))
                                .map(item -> item.path("imageVersion").asString())
                                .distinct()
                                .count()
                        == count);
    }

    private JsonNode get(String query) {
        return ApiClient.json(api.get(ApiClient.recordsPath(plan) + query, TestTokens.proctor("test", plan)));
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
