package dev.mobilesync.state;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mobilesync.messages.CaptureInfo;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.MobileSyncStatus;
import dev.mobilesync.messages.MobileSyncWait;
import dev.mobilesync.messages.RedisKeys;
import dev.mobilesync.messages.Status;
import dev.mobilesync.messages.SyncRecord;
import dev.mobilesync.service.ratelimit.RateLimit;
import dev.mobilesync.service.ratelimit.RateLimiter;
import dev.mobilesync.service.redis.SyncRecordReader;
import dev.mobilesync.state.transition.StateService;
import dev.mobilesync.testsupport.NeedsRealServers;
import dev.mobilesync.testsupport.RedisProcess;
import dev.mobilesync.testsupport.TestServers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.data.redis.core.StringRedisTemplate;

/** Each key may be on a different node. Starts a separate cluster of three. */
@Tag("slow")
@NeedsRealServers
class RedisClusterIT {

    private static final List<RedisProcess> NODES = new ArrayList<>();
    private static StateManagerFixture service;

    private StatusQueueClient broker;

    @BeforeAll
    static void start(@TempDir Path directory) throws Exception {
        for (int i = 0; i < 3; i++) {
            NODES.add(RedisProcess.startClusterNode(Files.createDirectory(directory.resolve("node-" + i))));
        }
        RedisProcess.formCluster(NODES, 0);

        TestServers servers = TestServers.shared();
        servers.reset();
        Map<String, String> settings = new HashMap<>(servers.properties());
        settings.keySet().removeIf(key -> key.startsWith("spring.data.redis."));
        settings.put(
                "spring.data.redis.cluster.nodes",
                NODES.stream().map(RedisProcess::address).collect(Collectors.joining(",")));
        service = StateManagerFixture.startAlone(
                settings, "--mobile-sync.sync-timeout=20s", "--mobile-sync.sweep-interval=1s");
    }

    @AfterAll
    static void stop() {
        service.close();
        NODES.forEach(RedisProcess::close);
    }

    @BeforeEach
    void connect() throws Exception {
        broker = StatusQueueClient.connect(TestServers.shared().properties());
    }

    @AfterEach
    void disconnect() throws Exception {
        broker.close();
    }

    @Test
    void completesAndTimesOutOnAllNodes() throws Exception {
        int count = 60;
        for (int i = 0; i < count; i++) {
            broker.send(new MobileSyncWait("C1", "E" + i, Instant.now(), null), "wait-" + i);
        }
        Set<String> waiting = new HashSet<>();
        while (waiting.size() < count) {
            StatusQueueClient.Received received = broker.next();
            assertThat(received.type()).isEqualTo("mobile_sync_waiting");
            waiting.add(received.examinee());
        }
        for (int i = 0; i < count; i += 2) {
            broker.send(
                    MobileSyncStatus.completed(
                            new ExamineeKey("C1", "E" + i),
                            "M001",
                            Instant.now(),
                            new CaptureInfo("/captures/E" + i + "/sync_cap.jpg", null, null)),
                    "done-" + i);
        }
        Set<String> completed = new HashSet<>();
        Set<String> timedOut = new HashSet<>();
        while (completed.size() + timedOut.size() < count) {
            StatusQueueClient.Received received = broker.next();
            (received.type().equals("mobile_sync_completed") ? completed : timedOut).add(received.examinee());
        }
        assertThat(completed).hasSize(count / 2);
        assertThat(timedOut).hasSize(count / 2).doesNotContainAnyElementsOf(completed);

        StringRedisTemplate redis = service.bean(StringRedisTemplate.class);
        assertThat(redis.opsForZSet().count(RedisKeys.planIndex("C1"), 2, 2)).isEqualTo(count / 2);
        assertThat(redis.opsForZSet().size(RedisKeys.planIndex("C1"))).isEqualTo(count);
        await().until(() -> redis.opsForZSet().size(RedisKeys.DEADLINES), size -> size == 0);

        List<ExamineeKey> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(new ExamineeKey("C1", "E" + i));
        }
        List<SyncRecord> records = new ArrayList<>();
        service.bean(SyncRecordReader.class).readAll(all).forEach(record -> records.add(requireNonNull(record)));
        assertThat(records)
                .filteredOn(record -> record.status() == Status.COMPLETED)
                .hasSize(count / 2);
    }

    @Test
    void reconcilesAndLimitsAcrossNodes() throws Exception {
        int count = 30;
        service.stopDeadlineScans();
        StateService stateService = service.bean(StateService.class);
        for (int i = 0; i < count; i++) {
            SingleChanges.apply(stateService, new MobileSyncWait("S" + i, "E" + i, Instant.now(), null), "sweep-" + i);
        }
        StringRedisTemplate redis = service.bean(StringRedisTemplate.class);
        redis.delete(RedisKeys.DEADLINES);
        await().until(() -> redis.opsForZSet().size(RedisKeys.DEADLINES), size -> size == count);
        service.startDeadlineScans();
        for (int i = 0; i < count; i++) {
            assertThat(broker.next().type()).isEqualTo("mobile_sync_timeout");
        }

        RateLimit limit = RateLimit.perMinute("cluster", 5);
        RateLimiter limiter = service.bean(RateLimiter.class);
        for (int i = 0; i < count; i++) {
            String client = "client-" + i;
            for (int j = 0; j < 5; j++) {
                assertThat(limiter.tryConsume(limit, client)).isZero();
            }
            assertThat(limiter.tryConsume(limit, client)).isPositive();
        }
    }
}
