package dev.mobilesync.state.record;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.mobilesync.messages.AmqpNames;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.MobileSyncStatus;
import dev.mobilesync.messages.MobileSyncWait;
import dev.mobilesync.service.redis.SyncRecordReader;
import dev.mobilesync.state.StateManagerFixture;
import dev.mobilesync.state.StatusQueueClient;
import dev.mobilesync.testsupport.NeedsRealServers;
import dev.mobilesync.testsupport.RedisProcess;
import dev.mobilesync.testsupport.TestServers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.dao.DataAccessException;
import org.springframework.data.redis.core.RedisCallback;
import org.springframework.data.redis.core.StringRedisTemplate;

/** A published change has reached a replica. Starts a separate Redis with one replica. */
@Tag("slow")
@NeedsRealServers
class ReplicationBarrierIT {

    private static final Duration TIMEOUT = Duration.ofSeconds(90);

    private static RedisProcess primary;
    private static RedisProcess replica;
    private static StateManagerFixture service;
    private static StatusQueueClient broker;

    @BeforeAll
    static void start(@TempDir Path directory) throws Exception {
        primary = RedisProcess.start(Files.createDirectory(directory.resolve("primary")));
        replica = RedisProcess.start(
                Files.createDirectory(directory.resolve("replica")),
                "--replicaof",
                "127.0.0.1 " + primary.port(),
                "--repl-diskless-sync-delay",
                "0");
        TestServers servers = TestServers.shared();
        servers.reset();
        service = StateManagerFixture.startAlone(
                primary.overriding(servers.properties()),
                "--mobile-sync.replica-acks=1",
                "--mobile-sync.replica-timeout=200ms",
                "--mobile-sync.state-change-notify-after=8s",
                "--mobile-sync.retry-max-interval=500ms");
        broker = StatusQueueClient.connect(servers.properties());
    }

    @AfterAll
    static void stop() throws Exception {
        service.close();
        broker.close();
        replica.close();
        primary.close();
    }

    @BeforeEach
    void awaitReplica() {
        await().atMost(TIMEOUT)
                .ignoreExceptionsInstanceOf(DataAccessException.class)
                .until(() -> String.valueOf(service.bean(StringRedisTemplate.class)
                                .execute((RedisCallback<Object>) connection -> requireNonNull(
                                        connection.serverCommands().info("replication"))))
                        .contains("state=online"));
    }

    @Test
    void broadcastStateSurvivesPrimaryFailure() throws Exception {
        broker.send(new MobileSyncWait("R1", "E1", Instant.now(), null), "wait");
        assertThat(broker.next(TIMEOUT).type()).isEqualTo("mobile_sync_waiting");
        primary.kill();
        assertThat(replica.cli("HGET", "plan:R1:examinee:E1:mobile_sync", "status"))
                .isEqualToIgnoringNewLines("WAITING");
        primary.restart();
    }

    @Test
    void delaysBroadcastUntilReplicated() throws Exception {
        broker.send(new MobileSyncWait("R2", "E1", Instant.now(), null), "first");
        assertThat(broker.next(TIMEOUT).type()).isEqualTo("mobile_sync_waiting");

        replica.freeze();
        broker.send(new MobileSyncWait("R2", "E2", Instant.now(), null), "held");
        StatusQueueClient.Received failed = broker.next(TIMEOUT);
        assertThat(failed.type()).isEqualTo("mobile_sync_failed");
        assertThat(failed.json().at("/data/error/code").asString()).isEqualTo("STATE_CHANGE_FAILED");
        replica.unfreeze();
        StatusQueueClient.Received waiting = broker.next(TIMEOUT);
        assertThat(waiting.type()).isEqualTo("mobile_sync_waiting");
        assertThat(waiting.examinee()).isEqualTo("E2");
        await().until(() -> broker.ready(AmqpNames.STATUS_QUEUE) == 0);
    }

    /** The next message of the examinee must not broadcast what no replica has. */
    @Test
    void delaysBroadcastOfReplacedRecordUntilReplicated() throws Exception {
        ExamineeKey examinee = new ExamineeKey("R3", "E1");
        replica.freeze();
        broker.send(new MobileSyncWait("R3", "E1", Instant.now(), null), "replaced");
        SyncRecordReader records = service.bean(SyncRecordReader.class);
        await().until(() -> records.read(examinee) != null);
        broker.send(MobileSyncStatus.paired(examinee, "M001", Instant.now().plusSeconds(1)), "replacing");
        for (int i = 0; i < 2; i++) {
            assertThat(broker.next(TIMEOUT).type()).as("both are delayed").isEqualTo("mobile_sync_failed");
        }
        replica.unfreeze();
        assertThat(broker.next(TIMEOUT).type()).isEqualTo("mobile_sync_waiting");
        StatusQueueClient.Received next = broker.next(TIMEOUT);
        while (next.type().equals("mobile_sync_waiting")) {
            next = broker.next(TIMEOUT);
        }
        assertThat(next.type()).isEqualTo("mobile_sync_paired");
        await().until(() -> broker.ready(AmqpNames.STATUS_QUEUE) == 0);
    }

    @Test
    void rejectsCluster() {
        Map<String, String> settings = new HashMap<>(TestServers.shared().properties());
        settings.keySet().removeIf(key -> key.startsWith("spring.data.redis."));
        settings.put("spring.data.redis.cluster.nodes", primary.address());
        assertThatThrownBy(() -> StateManagerFixture.start(settings, "--mobile-sync.replica-acks=1"))
                .hasStackTraceContaining("MOBILE_SYNC_REPLICA_ACKS");
    }
}
