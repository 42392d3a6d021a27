package dev.mobilesync.state.listener;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP;
import dev.mobilesync.messages.AmqpNames;
import dev.mobilesync.messages.CaptureInfo;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.MobileSyncStatus;
import dev.mobilesync.messages.MobileSyncWait;
import dev.mobilesync.messages.Status;
import dev.mobilesync.messages.SyncRecord;
import dev.mobilesync.service.redis.SyncRecordReader;
import dev.mobilesync.state.StateManagerFixture;
import dev.mobilesync.state.StatusQueueClient;
import dev.mobilesync.testsupport.NeedsRealServers;
import dev.mobilesync.testsupport.RedisProcess;
import dev.mobilesync.testsupport.Shell;
import dev.mobilesync.testsupport.TestServers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.dao.DataAccessException;
import tools.jackson.databind.JsonNode;

/** Recovery from outages of Redis and the broker, without intervention. */
@NeedsRealServers
@Tag("slow")
class ListenerOutageIT {

    private static final Instant AT = Instant.parse("2026-01-01T09:00:00Z");
    private static final byte[] BROKEN = {1, 2, 3};
    private static final Duration TIMEOUT = Duration.ofSeconds(90);

    private static final String[] SETTINGS = {
        // Longer than a slow machine stalls, so that clients are notified of outages only.
        "--mobile-sync.state-change-notify-after=8s",
        "--mobile-sync.retry-initial-interval=100ms",
        "--mobile-sync.retry-max-interval=500ms",
        "--mobile-sync.circuit-probe-interval=200ms",
        "--spring.data.redis.timeout=500ms"
    };

    private static Map<String, String> settings;
    private static RedisProcess redis;
    private static StateManagerFixture service;

    private StatusQueueClient broker;

    @BeforeAll
    static void start(@TempDir Path directory) throws Exception {
        TestServers servers = TestServers.shared();
        servers.reset();
        redis = RedisProcess.start(directory);
        settings = redis.overriding(servers.properties());
        service = StateManagerFixture.startAlone(settings, SETTINGS);
    }

    @AfterAll
    static void stop() {
        service.close();
        redis.close();
    }

    @BeforeEach
    void assertHealthy() throws Exception {
        broker = StatusQueueClient.connect(settings);
        broker.send(completed("E0"), "before");
        assertThat(broker.next().type()).isEqualTo("mobile_sync_completed");
    }

    @AfterEach
    void assertNothingPending() throws Exception {
        service.assertAllAcknowledged(broker);
        broker.close();
    }

    @Test
    void retriesUntilRedisRestarts() throws Exception {
        redis.kill();
        broker.send(completed("E1"), "during");

        StatusQueueClient.Received failed = broker.next();
        assertThat(failed.type()).isEqualTo("mobile_sync_failed");
        JsonNode data = failed.json().get("data");
        assertThat(data.get("examineeId").asString()).isEqualTo("E1");
        assertThat(data.get("deviceId").asString()).isEqualTo("M001");
        assertThat(data.get("error").get("code").asString()).isEqualTo("STATE_CHANGE_FAILED");
        assertThat(data.get("error").get("retryable").asBoolean()).isTrue();
        assertThat(failed.properties().getHeaders()).doesNotContainKey(AmqpNames.REVISION);
        assertThat(pendingRetries()).isEqualTo(1);
        await().atMost(TIMEOUT).until(() -> service.gauge("mobile.sync.circuits.open", "circuit", "state-change") == 1);
        assertThat(service.gauge("mobile.sync.oldest.message.age")).isGreaterThan(0.5);

        redis.restart();
        StatusQueueClient.Received completed = broker.next(TIMEOUT);
        assertThat(completed.type()).isEqualTo("mobile_sync_completed");
        assertThat(completed.examinee()).isEqualTo("E1");
        assertThat(record("E1").status()).isEqualTo(Status.COMPLETED);
        assertThat(record("E0").status()).isEqualTo(Status.COMPLETED);
        await().until(() -> pendingRetries() == 0);
        assertThat(broker.isEmpty()).isTrue();
        await().until(() -> service.gauge("mobile.sync.oldest.message.age") == 0);
        await().until(() -> service.gauge("mobile.sync.circuits.open", "circuit", "state-change") == 0);
    }

    @Test
    void retriesUntilRedisResumes() throws Exception {
        int count = 300;
        redis.freeze();
        long since = System.nanoTime();
        for (int i = 1; i <= count; i++) {
            broker.send(completed("H" + i), "hang-" + i);
        }
        broker.send(BROKEN, new AMQP.BasicProperties());
        assertThat(broker.deadLetter().getBody()).isEqualTo(BROKEN);

        Set<String> notified = new HashSet<>();
        for (int i = 1; i <= count; i++) {
            StatusQueueClient.Received received = broker.next();
            assertThat(received.type()).isEqualTo("mobile_sync_failed");
            assertThat(notified.add(received.examinee())).isTrue();
        }
        // Sequential timeouts would take minutes.
        assertThat(Duration.ofNanos(System.nanoTime() - since)).isLessThan(Duration.ofMinutes(1));

        redis.unfreeze();
        Map<String, Integer> completed = new HashMap<>();
        Set<String> ids = new HashSet<>();
        while (completed.size() < count) {
            StatusQueueClient.Received received = broker.next(TIMEOUT);
            assertThat(received.type()).isEqualTo("mobile_sync_completed");
            completed.merge(received.examinee(), 1, Integer::sum);
            ids.add(received.id());
        }
        assertThat(ids).hasSize(count);
        await().until(() -> pendingRetries() == 0);
    }

    @Test
    void messageSurvivesRestartWithoutRedis() throws Exception {
        redis.kill();
        broker.send(completed("E2"), "across-a-restart");
        await().until(() -> pendingRetries() == 1);

        long since = System.nanoTime();
        service.close();
        assertThat(Duration.ofNanos(System.nanoTime() - since)).isLessThan(Duration.ofMinutes(1));
        await().until(() -> broker.ready(AmqpNames.STATUS_QUEUE) == 1);

        service = StateManagerFixture.start(settings, SETTINGS);
        await().until(() -> pendingRetries() == 1);
        redis.restart();
        StatusQueueClient.Received received = broker.next(TIMEOUT);
        while (received.type().equals("mobile_sync_failed")) {
            received = broker.next(TIMEOUT);
        }
        assertThat(received.type()).isEqualTo("mobile_sync_completed");
        assertThat(received.examinee()).isEqualTo("E2");
    }

    @Test
    void messagesSurviveClosedConnections() throws Exception {
        redis.kill();
        for (int i = 1; i <= 20; i++) {
            broker.send(new MobileSyncWait("P1", "C" + i, AT, null), "cut-" + i);
        }
        await().until(() -> pendingRetries() == 20);
        broker.close();
        closeAllConnections();
        broker = StatusQueueClient.connect(settings);
        redis.restart();

        await().atMost(TIMEOUT)
                .ignoreExceptionsInstanceOf(DataAccessException.class)
                .until(() -> {
                    SyncRecordReader reader = service.bean(SyncRecordReader.class);
                    List<ExamineeKey> all = new ArrayList<>();
                    for (int i = 1; i <= 20; i++) {
                        all.add(new ExamineeKey("P1", "C" + i));
                    }
                    return reader.readAll(all).stream().allMatch(record -> record != null);
                });
        // Deliveries of the closed channels are dropped, redelivered ones are acknowledged.
        await().atMost(TIMEOUT).until(() -> pendingRetries() == 0);
    }

    private static void closeAllConnections() {
        String host = requireNonNull(settings.get("spring.rabbitmq.virtual-host"));
        Shell.run("rabbitmqctl", "-q", "close_all_connections", "--vhost", host, "test");
    }

    private static double pendingRetries() {
        return service.pendingRetries();
    }

    private static SyncRecord record(String examinee) {
        return service.record(new ExamineeKey("P1", examinee));
    }

    private static MobileSyncStatus completed(String examinee) {
        return MobileSyncStatus.completed(
                new ExamineeKey("P1", examinee),
                "M001",
                AT,
                new CaptureInfo("/captures/" + examinee + "/sync_cap.jpg", null, null));
    }
}
