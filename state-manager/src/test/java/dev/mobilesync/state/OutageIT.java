package dev.mobilesync.state;

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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.dao.DataAccessException;
import tools.jackson.databind.JsonNode;

/** Redis or the broker goes away and comes back, and nobody helps. */
@NeedsRealServers
class OutageIT {

    private static final Instant AT = Instant.parse("2026-01-01T09:00:00Z");
    private static final byte[] BROKEN = {1, 2, 3};
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final String[] SETTINGS = {
        "--mobile-sync.state-change-limit=500ms",
        "--mobile-sync.pauses.first-retry=100ms",
        "--mobile-sync.pauses.longest-retry=500ms",
        "--mobile-sync.pauses.probe=200ms",
        "--spring.data.redis.timeout=500ms"
    };

    private static Map<String, String> settings;
    private static RedisProcess redis;
    private static StateManagerFixture service;

    private TestBroker broker;

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
    void isWell() throws Exception {
        broker = TestBroker.connect(settings);
        broker.send(completed("E0"), "before");
        assertThat(broker.next().type()).isEqualTo("mobile_sync_completed");
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        service.assertAllAcknowledged(broker);
        broker.close();
    }

    @Test
    void redisDiesAndComesBack() throws Exception {
        redis.kill();
        broker.send(completed("E1"), "during");

        TestBroker.Received told = broker.next();
        assertThat(told.type()).isEqualTo("mobile_sync_failed");
        JsonNode data = told.json().get("data");
        assertThat(data.get("examineeId").asString()).isEqualTo("E1");
        assertThat(data.get("deviceId").asString()).isEqualTo("M001");
        assertThat(data.get("error").get("code").asString()).isEqualTo("STATE_CHANGE_FAILED");
        assertThat(data.get("error").get("retryable").asBoolean()).isTrue();
        assertThat(told.properties().getHeaders()).doesNotContainKey(AmqpNames.REVISION);
        assertThat(parked()).isEqualTo(1);

        redis.restart();
        TestBroker.Received done = broker.next(PATIENCE);
        assertThat(done.type()).isEqualTo("mobile_sync_completed");
        assertThat(done.examinee()).isEqualTo("E1");
        assertThat(record("E1").status()).isEqualTo(Status.COMPLETED);
        // What was there before is there still.
        assertThat(record("E0").status()).isEqualTo(Status.COMPLETED);
        await().until(() -> parked() == 0);
        assertThat(broker.silent()).isTrue();
    }

    @Test
    void redisHangsAndGoesOn() throws Exception {
        int count = 300;
        redis.freeze();
        long since = System.nanoTime();
        for (int i = 1; i <= count; i++) {
            broker.send(completed("H" + i), "hang-" + i);
        }
        broker.send(BROKEN, new AMQP.BasicProperties());
        assertThat(broker.deadLetter().getBody()).isEqualTo(BROKEN);

        Set<String> told = new HashSet<>();
        for (int i = 1; i <= count; i++) {
            TestBroker.Received heard = broker.next();
            assertThat(heard.type()).isEqualTo("mobile_sync_failed");
            assertThat(told.add(heard.examinee())).isTrue();
        }
        // Not one time-out after the other: that would take minutes.
        assertThat(Duration.ofNanos(System.nanoTime() - since)).isLessThan(Duration.ofSeconds(15));

        redis.unfreeze();
        Map<String, Integer> completed = new HashMap<>();
        Set<String> ids = new HashSet<>();
        while (completed.size() < count) {
            TestBroker.Received heard = broker.next(PATIENCE);
            assertThat(heard.type()).isEqualTo("mobile_sync_completed");
            completed.merge(heard.examinee(), 1, Integer::sum);
            ids.add(heard.id());
        }
        assertThat(ids).hasSize(count);
        await().until(() -> parked() == 0);
    }

    @Test
    void theServiceIsStoppedWhileAMessageWaitsAndStartedWithoutRedis() throws Exception {
        redis.kill();
        broker.send(completed("E2"), "across-a-restart");
        await().until(() -> parked() == 1);

        long since = System.nanoTime();
        service.close();
        assertThat(Duration.ofNanos(System.nanoTime() - since)).isLessThan(Duration.ofSeconds(15));
        await().until(() -> broker.ready(AmqpNames.STATUS_QUEUE) == 1);

        service = StateManagerFixture.start(settings, SETTINGS);
        await().until(() -> parked() == 1);
        redis.restart();
        TestBroker.Received heard = broker.next(PATIENCE);
        while (heard.type().equals("mobile_sync_failed")) {
            heard = broker.next(PATIENCE);
        }
        assertThat(heard.type()).isEqualTo("mobile_sync_completed");
        assertThat(heard.examinee()).isEqualTo("E2");
    }

    @Test
    void theBrokerClosesTheConnectionsWhileMessagesWait() throws Exception {
        redis.kill();
        for (int i = 1; i <= 20; i++) {
            broker.send(new MobileSyncWait("P1", "C" + i, AT), "cut-" + i);
        }
        await().until(() -> parked() == 20);
        broker.close();
        closeAllConnections();
        broker = TestBroker.connect(settings);
        redis.restart();

        await().atMost(PATIENCE)
                .ignoreExceptionsInstanceOf(DataAccessException.class)
                .until(() -> {
                    SyncRecordReader reader = service.bean(SyncRecordReader.class);
                    List<ExamineeKey> all = new ArrayList<>();
                    for (int i = 1; i <= 20; i++) {
                        all.add(new ExamineeKey("P1", "C" + i));
                    }
                    return reader.readAll(all).stream().allMatch(record -> record != null);
                });
        // Neither a copy of a dead channel nor one of the new channel stays behind.
        await().atMost(PATIENCE).until(() -> parked() == 0);
    }

    private static void closeAllConnections() {
        String host = requireNonNull(settings.get("spring.rabbitmq.virtual-host"));
        Shell.run("rabbitmqctl", "-q", "close_all_connections", "--vhost", host, "test");
    }

    private static double parked() {
        return service.parked();
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
