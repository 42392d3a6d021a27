package dev.mobilesync.state.timeout;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mobilesync.messages.CaptureInfo;
import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.MobileSyncOrder;
import dev.mobilesync.messages.MobileSyncStatus;
import dev.mobilesync.messages.MobileSyncWait;
import dev.mobilesync.messages.RedisKeys;
import dev.mobilesync.messages.Status;
import dev.mobilesync.messages.SyncError;
import dev.mobilesync.messages.SyncRecord;
import dev.mobilesync.state.SingleChanges;
import dev.mobilesync.state.StateManagerFixture;
import dev.mobilesync.state.StatusQueueClient;
import dev.mobilesync.state.record.RecordStore;
import dev.mobilesync.testsupport.ServerContract;
import dev.mobilesync.testsupport.TestServers;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.data.redis.core.StringRedisTemplate;
import tools.jackson.databind.JsonNode;

/** Two instances process the same deadlines. */
@ServerContract
class TimeoutProcessorIT {

    private static final String[] SETTINGS = {
        "--mobile-sync.sync-timeout=1500ms", "--mobile-sync.deadline-scan-interval=100ms"
    };

    /** Less than the lease of a deadline, after which another instance handles it. */
    private static final Duration LATEST = Duration.ofSeconds(25);

    private static StateManagerFixture one;
    private static StateManagerFixture two;
    private static StatusQueueClient broker;
    private static StringRedisTemplate redis;

    @BeforeAll
    static void start() throws Exception {
        TestServers servers = TestServers.shared();
        servers.reset();
        one = StateManagerFixture.startAlone(servers.properties(), SETTINGS);
        two = StateManagerFixture.start(servers.properties(), SETTINGS);
        broker = StatusQueueClient.connect(servers.properties());
        redis = one.bean(StringRedisTemplate.class);
    }

    @AfterAll
    static void stop() throws Exception {
        broker.close();
        one.close();
        two.close();
    }

    @AfterEach
    void assertNothingPending() {
        await().until(() -> redis.opsForZSet().size(RedisKeys.DEADLINES), size -> size == 0);
        assertThat(broker.isEmpty()).isTrue();
    }

    @Test
    void timesOutEachExamineeOnce() throws Exception {
        double before = timeouts();
        int count = 250;
        for (int i = 0; i < count; i++) {
            broker.send(new MobileSyncWait("T1", "E" + i, now(), null), "wait-" + i);
        }
        Set<String> waiting = new HashSet<>();
        Set<String> timedOut = new HashSet<>();
        Instant deadline = Instant.MAX;
        while (timedOut.size() < count) {
            StatusQueueClient.Received received = broker.next();
            JsonNode data = received.json().get("data");
            if (received.type().equals("mobile_sync_waiting")) {
                assertThat(waiting.add(received.examinee())).isTrue();
                deadline = Instant.parse(data.get("deadline").asString());
            } else {
                assertThat(received.type()).isEqualTo("mobile_sync_timeout");
                assertThat(timedOut.add(received.examinee())).isTrue();
                assertThat(data.get("status").asString()).isEqualTo("TIMEOUT");
                assertThat(data.get("error").get("code").asString()).isEqualTo("SYNC_TIMEOUT");
                assertThat(received.properties().getHeaders())
                        .as("a trace begins")
                        .containsKey("traceparent");
            }
        }
        assertThat(now()).isBefore(deadline.plus(LATEST));
        // The counter follows the broadcast.
        await().untilAsserted(() -> assertThat(timeouts() - before).isEqualTo(count));
        assertThat(record("T1", "E0").status()).isEqualTo(Status.TIMEOUT);
        assertThat(redis.opsForZSet().score(RedisKeys.planIndex("T1"), "E0"))
                .isEqualTo(RedisKeys.indexScore(Status.TIMEOUT));
    }

    @Test
    void extensionMovesDeadline() throws Exception {
        ExamineeKey examinee = new ExamineeKey("T2", "E1");
        RecordStore recordStore = one.bean(RecordStore.class);
        SyncRecord waiting = requireNonNull(SingleChanges.replace(
                recordStore,
                null,
                SyncRecord.builder(examinee)
                        .status(Status.WAITING, "w", now().minusSeconds(1))
                        .deadline(now().plusSeconds(600))
                        .build()));
        recordStore.removeUnpublishedMarks(List.of(waiting));
        Instant deadline = now().plusSeconds(8);
        broker.send(
                new MobileSyncOrder(
                        "T2",
                        "E1",
                        MobileSyncOrder.Order.EXTEND,
                        "slow",
                        "proctor-7",
                        now(),
                        deadline,
                        MobileSyncOrder.Role.PROCTOR),
                "x");
        assertThat(broker.next().json().get("data").get("deadline").asString()).isEqualTo(deadline.toString());

        StatusQueueClient.Received timeout = broker.next();
        assertThat(timeout.type()).isEqualTo("mobile_sync_timeout");
        assertThat(Instant.parse(timeout.json().get("data").get("timestamp").asString()))
                .isBetween(deadline, deadline.plus(LATEST));

        broker.send(
                MobileSyncStatus.completed(
                        new ExamineeKey("T2", "E1"), "M001", now(), new CaptureInfo("/captures/E1/x.jpg", null, null)),
                "late");
        assertThat(broker.next().type()).isEqualTo("mobile_sync_completed");
        assertThat(record("T2", "E1").errorCode()).isNull();
    }

    @Test
    void publishesTimeoutOfDeadInstance() throws Exception {
        // As left by a dead instance: the record is timed out but not published, the lease has expired.
        ExamineeKey examinee = new ExamineeKey("T3", "E1");
        SyncRecord timedOut = requireNonNull(SingleChanges.replace(
                one.bean(RecordStore.class),
                null,
                SyncRecord.builder(examinee)
                        .status(Status.TIMEOUT, "timeout", now())
                        .error(SyncError.of(ErrorCode.SYNC_TIMEOUT, "no picture came before the deadline"))
                        .build()));
        redis.opsForZSet().add(RedisKeys.DEADLINES, examinee.qualifiedId(), now().toEpochMilli() - 1);

        StatusQueueClient.Received received = broker.next();
        assertThat(received.type()).isEqualTo("mobile_sync_timeout");
        assertThat(received.id()).isEqualTo(timedOut.broadcastId());
        assertThat(record("T3", "E1")).isEqualTo(timedOut);
    }

    @Test
    void removesDeadlineWithoutRecord() {
        redis.opsForZSet().add(RedisKeys.DEADLINES, "T4:E1", 1);
        redis.opsForZSet().add(RedisKeys.DEADLINES, "T4:E2", 2);
    }

    @Test
    void timesOutOthersDespiteInvalidMember() throws Exception {
        redis.opsForZSet().add(RedisKeys.DEADLINES, "not a member", 1);
        broker.send(new MobileSyncWait("T5", "E1", now(), null), "w5");
        assertThat(broker.next().type()).isEqualTo("mobile_sync_waiting");
        assertThat(broker.next().type()).isEqualTo("mobile_sync_timeout");
    }

    @Test
    void timesOutOthersDespiteUnreadableRecords() throws Exception {
        redis.opsForHash().put(RedisKeys.record(new ExamineeKey("T6", "archived")), "status", "ARCHIVED");
        redis.opsForValue().set(RedisKeys.record(new ExamineeKey("T6", "string")), "not a hash");
        redis.opsForZSet().add(RedisKeys.DEADLINES, "T6:archived", 1);
        redis.opsForZSet().add(RedisKeys.DEADLINES, "T6:string", 2);
        broker.send(new MobileSyncWait("T6", "E1", now(), null), "w6");
        assertThat(broker.next().type()).isEqualTo("mobile_sync_waiting");
        assertThat(broker.next().type()).isEqualTo("mobile_sync_timeout");
    }

    private static double timeouts() {
        return one.sumOfCounters("mobile.sync.timeouts") + two.sumOfCounters("mobile.sync.timeouts");
    }

    private static Instant now() {
        return Instant.now().truncatedTo(ChronoUnit.MILLIS);
    }

    private static SyncRecord record(String plan, String examinee) {
        return one.record(new ExamineeKey(plan, examinee));
    }
}
