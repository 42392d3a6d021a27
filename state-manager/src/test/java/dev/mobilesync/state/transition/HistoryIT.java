package dev.mobilesync.state.transition;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.mobilesync.messages.CaptureInfo;
import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.HistoryEntry;
import dev.mobilesync.messages.HistoryEntry.Actor;
import dev.mobilesync.messages.MobileSyncOrder;
import dev.mobilesync.messages.MobileSyncOrder.Order;
import dev.mobilesync.messages.MobileSyncStatus;
import dev.mobilesync.messages.MobileSyncWait;
import dev.mobilesync.messages.RedisKeys;
import dev.mobilesync.messages.Status;
import dev.mobilesync.messages.StatusQueueMessage;
import dev.mobilesync.messages.SyncError;
import dev.mobilesync.state.SingleChanges;
import dev.mobilesync.state.StateManagerFixture;
import dev.mobilesync.testsupport.ServerContract;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.data.redis.core.StringRedisTemplate;

/** The history that state changes leave. */
@ServerContract
class HistoryIT {

    private static final AtomicInteger EXAMINEES = new AtomicInteger();

    private static StateService stateService;
    private static StringRedisTemplate redis;

    private final ExamineeKey examinee = new ExamineeKey("P-history", "E" + EXAMINEES.incrementAndGet());
    private final Instant start = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    private int events;

    @BeforeAll
    static void start() {
        StateManagerFixture service = StateManagerFixture.shared();
        stateService = service.bean(StateService.class);
        redis = service.bean(StringRedisTemplate.class);
    }

    @Test
    void keepsWhoDidWhat() {
        apply(new MobileSyncWait(examinee.planId(), examinee.examineeId(), at(1), null));
        apply(MobileSyncStatus.paired(examinee, "M1", at(2)));
        apply(MobileSyncStatus.completed(
                examinee, "M1", at(3), new CaptureInfo("/captures/E/sync_cap.jpg", null, "version-1")));
        apply(order(Order.RETAKE, "too dark", at(4)));
        apply(MobileSyncStatus.completed(
                examinee, "M1", at(5), new CaptureInfo("/captures/E/sync_cap.jpg", null, "version-2")));
        Outcome stale = apply(MobileSyncStatus.paired(examinee, "M1", at(5)));
        assertThat(stale).isInstanceOf(Outcome.Stale.class);

        List<HistoryEntry> entries = awaitEntries(5);
        assertThat(entries)
                .extracting(HistoryEntry::status)
                .containsExactly(Status.WAITING, Status.PAIRED, Status.COMPLETED, Status.WAITING, Status.COMPLETED);
        assertThat(entries)
                .extracting(HistoryEntry::actor)
                .containsExactly(Actor.EXAMINEE, Actor.DEVICE, Actor.DEVICE, Actor.PROCTOR, Actor.DEVICE);
        assertThat(entries)
                .extracting(HistoryEntry::imageVersion)
                .containsExactly(null, null, "version-1", null, "version-2");
        HistoryEntry retake = entries.get(3);
        assertThat(retake.by()).isEqualTo("kim");
        assertThat(retake.order()).isEqualTo(Order.RETAKE);
        assertThat(retake.reason()).isEqualTo("too dark");
        assertThat(retake.timestamp()).isEqualTo(at(4));
        assertThat(entries).extracting(HistoryEntry::revision).isSorted().doesNotHaveDuplicates();
        assertThat(requireNonNull(redis.getExpire(RedisKeys.history(examinee)))).isBetween(6L * 86_400, 7L * 86_400);
    }

    @Test
    void distinguishesServerOfPlatformFromProctor() {
        apply(order(Order.ACCEPT, "seen", at(1)));
        apply(new MobileSyncOrder(
                examinee.planId(),
                examinee.examineeId(),
                Order.RETAKE,
                "too dark",
                "platform",
                at(2),
                null,
                MobileSyncOrder.Role.SERVICE));
        // As an older release publishes it.
        apply(new MobileSyncOrder(
                examinee.planId(), examinee.examineeId(), Order.ACCEPT, "ok", "kim", at(3), null, null));

        assertThat(awaitEntries(3))
                .extracting(HistoryEntry::actor)
                .containsExactly(Actor.PROCTOR, Actor.SERVICE, Actor.PROCTOR);
    }

    /** A late event adds what only it contains and keeps the status, which another actor has caused. */
    @Test
    void namesActorOfLateEvents() {
        apply(new MobileSyncWait(examinee.planId(), examinee.examineeId(), at(-9), null));
        redis.opsForHash().put(RedisKeys.record(examinee), "deadline", at(-1).toString());
        stateService.timeOut(examinee);
        apply(MobileSyncStatus.paired(examinee, "M1", at(-5)));
        assertThat(awaitEntries(3))
                .extracting(HistoryEntry::status, HistoryEntry::actor, HistoryEntry::by)
                .containsExactly(
                        tuple(Status.WAITING, Actor.EXAMINEE, null),
                        tuple(Status.TIMEOUT, Actor.SYSTEM, null),
                        tuple(Status.TIMEOUT, Actor.DEVICE, "M1"));
    }

    @Test
    void namesExamineeOfLateWait() {
        SyncError error = SyncError.of(ErrorCode.CAPTURE_TOO_LARGE, "too large");
        apply(MobileSyncStatus.failed(examinee, "M1", at(2), error));
        apply(new MobileSyncWait(examinee.planId(), examinee.examineeId(), at(1), null));
        assertThat(awaitEntries(2))
                .extracting(HistoryEntry::status, HistoryEntry::actor, HistoryEntry::by)
                .containsExactly(tuple(Status.FAILED, Actor.DEVICE, "M1"), tuple(Status.FAILED, Actor.EXAMINEE, null));
    }

    /** The record keeps the newest order, which is not the one that was applied. */
    @Test
    void namesGiverOfOlderOrders() {
        apply(new MobileSyncWait(examinee.planId(), examinee.examineeId(), at(1), null));
        apply(new MobileSyncOrder(
                examinee.planId(),
                examinee.examineeId(),
                Order.EXTEND,
                "slow",
                "lee",
                at(9),
                at(900),
                MobileSyncOrder.Role.PROCTOR));
        apply(order(Order.RETAKE, "too dark", at(5)));
        apply(order(Order.ACCEPT, "seen", at(6)));

        List<HistoryEntry> entries = awaitEntries(4);
        assertThat(entries)
                .extracting(HistoryEntry::actor, HistoryEntry::by, HistoryEntry::order, HistoryEntry::reason)
                .containsExactly(
                        tuple(Actor.EXAMINEE, null, null, null),
                        tuple(Actor.PROCTOR, "lee", Order.EXTEND, "slow"),
                        tuple(Actor.PROCTOR, "kim", Order.RETAKE, "too dark"),
                        tuple(Actor.PROCTOR, "kim", Order.ACCEPT, "seen"));
        assertThat(entries.get(3).timestamp()).isEqualTo(at(6));
    }

    @Test
    void keepsLastFiftyChanges() {
        for (int i = 1; i <= 60; i++) {
            apply(order(Order.ACCEPT, "reason " + i, at(i)));
        }
        await().untilAsserted(() -> assertThat(entries()).hasSize(50).last().satisfies(last -> assertThat(last.reason())
                .isEqualTo("reason 60")));
    }

    /** A history that cannot be written must not affect the change itself. */
    @Test
    void unwritableHistoryFailsNothing() {
        redis.opsForValue().set(RedisKeys.history(examinee), "not a list");
        Outcome outcome = apply(new MobileSyncWait(examinee.planId(), examinee.examineeId(), at(1), null));
        assertThat(outcome).isInstanceOf(Outcome.New.class);
        assertThat(redis.opsForHash().get(RedisKeys.record(examinee), "status")).isEqualTo("WAITING");
    }

    private Outcome apply(StatusQueueMessage event) {
        return SingleChanges.apply(stateService, event, "message-" + ++events);
    }

    private MobileSyncOrder order(Order order, String reason, Instant at) {
        return new MobileSyncOrder(
                examinee.planId(), examinee.examineeId(), order, reason, "kim", at, null, MobileSyncOrder.Role.PROCTOR);
    }

    private Instant at(int second) {
        return start.plusSeconds(second);
    }

    private List<HistoryEntry> awaitEntries(int count) {
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(entries()).hasSize(count));
        return entries();
    }

    private List<HistoryEntry> entries() {
        return requireNonNull(redis.opsForList().range(RedisKeys.history(examinee), 0, -1)).stream()
                .map(json -> requireNonNull(HistoryEntry.fromJson(json)))
                .toList();
    }
}
