package dev.mobilesync.state.reconciliation;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.MobileSyncStatus;
import dev.mobilesync.messages.MobileSyncWait;
import dev.mobilesync.messages.RedisKeys;
import dev.mobilesync.messages.Status;
import dev.mobilesync.service.redis.RedisLease;
import dev.mobilesync.state.SingleChanges;
import dev.mobilesync.state.StateManagerFixture;
import dev.mobilesync.state.transition.StateService;
import dev.mobilesync.testsupport.ServerContract;
import dev.mobilesync.testsupport.TestServers;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.data.redis.core.StringRedisTemplate;

/** A part of the data is lost, as after the loss of one node of a cluster. */
@ServerContract
class StateReconcilerIT {

    private static final ExamineeKey EXAMINEE = new ExamineeKey("W1", "E1");

    private StateManagerFixture service;
    private StringRedisTemplate redis;

    @BeforeEach
    void start() {
        // The periodic reconciliation does not run during the test.
        service = StateManagerFixture.shared();
        redis = service.bean(StringRedisTemplate.class);
        StateService stateService = service.bean(StateService.class);
        SingleChanges.apply(stateService, new MobileSyncWait("W1", "E1", Instant.now(), null), "wait");
        SingleChanges.apply(
                stateService, MobileSyncStatus.paired(new ExamineeKey("W2", "E2"), "M001", Instant.now()), "paired");
    }

    @Test
    void changesNothingWithoutLoss() {
        assertThat(reconcile().repaired()).isZero();
        assertThat(reconcile().inspected).isEqualTo(2);
    }

    @Test
    void restoresLostDeadline() {
        Instant deadline = requireNonNull(service.record(EXAMINEE).deadline());
        redis.delete(RedisKeys.DEADLINES);
        assertThat(reconcile().withoutDeadline).isEqualTo(2);
        assertThat(redis.opsForZSet().score(RedisKeys.DEADLINES, EXAMINEE.qualifiedId()))
                .isEqualTo(deadline.toEpochMilli());
        assertThat(reconcile().repaired()).isZero();
    }

    @Test
    void repairsIndex() {
        redis.delete(RedisKeys.record(EXAMINEE));
        assertThat(reconcile().withoutRecord).isEqualTo(1);
        assertThat(redis.hasKey(RedisKeys.planIndex("W1"))).isFalse();
        assertThat(redis.opsForZSet().range(RedisKeys.PLANS, 0, -1)).containsExactly("W2");

        redis.opsForZSet().add(RedisKeys.planIndex("W2"), "E2", RedisKeys.indexScore(Status.WAITING));
        assertThat(reconcile().wronglyIndexed).isEqualTo(1);
        assertThat(redis.opsForZSet().score(RedisKeys.planIndex("W2"), "E2"))
                .isEqualTo(RedisKeys.indexScore(Status.PAIRED));
    }

    @Test
    void restoresLostIndexEntry() {
        redis.delete(RedisKeys.planIndex("W1"));
        redis.delete(RedisKeys.PLANS);
        redis.opsForZSet().add(RedisKeys.DEADLINES, "not a member", 1);
        assertThat(reconcile().notIndexed).isEqualTo(1);
        assertThat(redis.opsForZSet().score(RedisKeys.planIndex("W1"), "E1"))
                .isEqualTo(RedisKeys.indexScore(Status.WAITING));
        assertThat(redis.opsForZSet().range(RedisKeys.PLANS, 0, -1)).containsExactly("W1");
        assertThat(reconcile().repaired()).isZero();
    }

    /** The index's node lost the change of the index, which a retake had moved from COMPLETED to WAITING. */
    @Test
    void repairsIndexEntryOfFormerStatus() {
        redis.opsForZSet().add(RedisKeys.planIndex("W1"), "E1", RedisKeys.indexScore(Status.COMPLETED));
        assertThat(reconcile().wronglyIndexed).isEqualTo(1);
        assertThat(redis.opsForZSet().score(RedisKeys.planIndex("W1"), "E1"))
                .isEqualTo(RedisKeys.indexScore(Status.WAITING));
        assertThat(reconcile().repaired()).isZero();
    }

    @Test
    void findsOthersDespiteUnreadableRecords() {
        redis.opsForHash().put(RedisKeys.record(EXAMINEE), "status", "NONSENSE");
        redis.opsForValue().set(RedisKeys.record(new ExamineeKey("W1", "E8")), "not a hash");
        redis.opsForZSet().add(RedisKeys.planIndex("W1"), "E8", RedisKeys.indexScore(Status.WAITING));
        redis.opsForZSet().add(RedisKeys.planIndex("W1"), "E9", RedisKeys.indexScore(Status.WAITING));
        assertThat(reconcile().withoutRecord).isEqualTo(1);
        assertThat(redis.opsForZSet().range(RedisKeys.planIndex("W1"), 0, -1)).containsExactly("E1", "E8");
    }

    @Test
    void repairsOtherPlansDespiteInvalidMember() {
        redis.opsForZSet().add(RedisKeys.planIndex("W1"), "not an id", RedisKeys.indexScore(Status.WAITING));
        redis.opsForZSet().add(RedisKeys.PLANS, "not a plan", 0);
        redis.opsForZSet().add(RedisKeys.planIndex("not a plan"), "E1", RedisKeys.indexScore(Status.WAITING));
        redis.opsForZSet().add(RedisKeys.planIndex("W2"), "E9", RedisKeys.indexScore(Status.WAITING));
        StateReconciler.Report report = reconcile();
        assertThat(report.withoutRecord).isEqualTo(1);
        assertThat(report.inspected).isEqualTo(3);
        assertThat(redis.opsForZSet().range(RedisKeys.planIndex("W1"), 0, -1)).containsExactly("E1", "not an id");
    }

    @Test
    void repairsOtherPlansDespiteIndexOfWrongType() {
        redis.delete(RedisKeys.planIndex("W1"));
        redis.opsForValue().set(RedisKeys.planIndex("W1"), "not a sorted set");
        redis.opsForZSet().add(RedisKeys.planIndex("W2"), "E9", RedisKeys.indexScore(Status.WAITING));
        assertThat(reconcile().withoutRecord).isEqualTo(1);
    }

    @Test
    void runsOnOneInstance() {
        RedisLease other = new RedisLease(redis, RedisKeys.sweepLease("waits"), Duration.ofMinutes(1));
        assertThat(other.tryAcquire()).isTrue();
        assertThat(service.bean(StateReconciler.class).reconcile()).isNull();
        other.release();
        assertThat(service.bean(StateReconciler.class).reconcile()).isNotNull();
        assertThat(other.tryAcquire()).as("within the interval").isFalse();
        assertThat(service.bean(StateReconciler.class).reconcile())
                .as("the instance's own next sweep")
                .isNotNull();
        redis.delete(RedisKeys.sweepLease("waits"));
    }

    /** End to end: a lost deadline is restored and then times out. */
    @Test
    void stuckWaitTimesOut() {
        try (StateManagerFixture second = StateManagerFixture.start(
                TestServers.shared().properties(),
                "--mobile-sync.sweep-interval=1s",
                "--mobile-sync.sync-timeout=1s")) {
            ExamineeKey stuck = new ExamineeKey("W3", "E3");
            SingleChanges.apply(
                    second.bean(StateService.class), new MobileSyncWait("W3", "E3", Instant.now(), null), "stuck");
            redis.opsForZSet().remove(RedisKeys.DEADLINES, stuck.qualifiedId());
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> service.record(stuck).status() == Status.TIMEOUT);
        }
    }

    private StateReconciler.Report reconcile() {
        return requireNonNull(service.bean(StateReconciler.class).reconcile());
    }
}
