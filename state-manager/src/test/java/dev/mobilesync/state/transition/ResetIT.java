package dev.mobilesync.state.transition;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.messages.CaptureInfo;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.MobileSyncOrder;
import dev.mobilesync.messages.MobileSyncOrder.Order;
import dev.mobilesync.messages.MobileSyncStatus;
import dev.mobilesync.messages.RedisKeys;
import dev.mobilesync.messages.Status;
import dev.mobilesync.messages.StatusQueueMessage;
import dev.mobilesync.messages.SyncRecord;
import dev.mobilesync.state.SingleChanges;
import dev.mobilesync.state.StateManagerFixture;
import dev.mobilesync.state.record.RecordStore;
import dev.mobilesync.testsupport.ServerContract;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.springframework.data.redis.core.StringRedisTemplate;

/** A reset ends the pairing before the record shows it. */
@ServerContract
class ResetIT {

    private static final AtomicInteger EXAMINEES = new AtomicInteger();

    private final StateManagerFixture service = StateManagerFixture.shared();
    private final StateService stateService = service.bean(StateService.class);
    private final StringRedisTemplate redis = service.bean(StringRedisTemplate.class);
    private final ExamineeKey examinee = new ExamineeKey("P-reset", "E" + EXAMINEES.incrementAndGet());
    private final Instant ordered = Instant.now().truncatedTo(ChronoUnit.MILLIS).minusSeconds(1);

    @Test
    void endsPairingAndVoidsCodes() {
        pair("M1:a-token", Duration.ofDays(9));
        SyncRecord completed = apply(
                MobileSyncStatus.completed(
                        examinee,
                        "M1",
                        ordered.minusSeconds(9),
                        new CaptureInfo("/captures/E/sync_cap.jpg", null, "v1")),
                "picture");
        SyncRecord reset = apply(order(Order.RESET, ordered), "reset");
        assertThat(reset.revision()).isGreaterThan(completed.revision());
        assertThat(requireNonNull(reset.resetAt())).isAfter(ordered);
        assertThat(redis.opsForValue().get(RedisKeys.pairedDevice(examinee))).isEqualTo(":" + ordered.toEpochMilli());
        assertThat(redis.getExpire(RedisKeys.pairedDevice(examinee)))
                .isGreaterThan(Duration.ofDays(8).toSeconds());
        assertThat(redis.hasKey(RedisKeys.newestCodes(examinee))).isFalse();
    }

    @Test
    void endsPairingOfWhichNothingIsKnown() {
        apply(order(Order.RESET, ordered), "reset");
        assertThat(redis.opsForValue().get(RedisKeys.pairedDevice(examinee))).startsWith(":");
        assertThat(redis.getExpire(RedisKeys.pairedDevice(examinee)))
                .isBetween(Duration.ofDays(6).toSeconds(), Duration.ofDays(7).toSeconds());
    }

    @Test
    void repeatedResetAndOtherChangesKeepLaterPairing() {
        apply(order(Order.RESET, ordered), "reset");
        pair("M2:new-token", Duration.ofDays(9));
        apply(order(Order.RESET, ordered), "reset");
        apply(order(Order.RETAKE, ordered.plusMillis(1)), "retake");
        apply(order(Order.RESET, ordered), "reset");
        assertThat(redis.opsForValue().get(RedisKeys.pairedDevice(examinee))).isEqualTo("M2:new-token");
        assertThat(redis.hasKey(RedisKeys.newestCodes(examinee))).isTrue();
    }

    /** Both take effect at the time of an event from a server whose clock is ahead. */
    @Test
    void secondResetEndsLaterPairing() {
        apply(MobileSyncStatus.paired(examinee, "M1", ordered.plusSeconds(3600)), "paired");
        SyncRecord first = apply(order(Order.RESET, ordered), "first");
        pair("M2:new-token", Duration.ofDays(9));
        SyncRecord second = apply(order(Order.RESET, ordered.plusMillis(1)), "second");
        assertThat(second.resetAt()).isEqualTo(first.resetAt());
        assertThat(redis.opsForValue().get(RedisKeys.pairedDevice(examinee)))
                .isEqualTo(":" + ordered.plusMillis(1).toEpochMilli());
    }

    /** The phone may upload until its pairing ends, so a reset does not count from an earlier time. */
    @Test
    void takesEffectNotBeforeEndOfPairing() {
        SyncRecord current = apply(MobileSyncStatus.paired(examinee, "M1", ordered.minusSeconds(1)), "paired");
        MobileSyncOrder reset = order(Order.RESET, ordered);
        SyncRecord next = SyncRecord.builder(examinee)
                .status(Status.WAITING, "reset", ordered)
                .reset(ordered)
                .ordered(reset)
                .build();
        Instant before = redisTime();
        SyncRecord written =
                requireNonNull(SingleChanges.replace(service.bean(RecordStore.class), current, next, reset));
        assertThat(written.resetAt()).isBetween(before, redisTime()).isEqualTo(written.timestamp());
        assertThat(redis.<String, String>opsForHash().get(RedisKeys.record(examinee), "resetAt"))
                .isEqualTo(String.valueOf(written.resetAt()));
    }

    private Instant redisTime() {
        return Instant.ofEpochMilli(requireNonNull(
                redis.execute(connection -> connection.serverCommands().time(), true)));
    }

    private void pair(String device, Duration timeToLive) {
        redis.opsForValue().set(RedisKeys.pairedDevice(examinee), device, timeToLive);
        redis.opsForValue().set(RedisKeys.newestCodes(examinee), "id,alias", timeToLive);
    }

    private SyncRecord apply(StatusQueueMessage event, String messageId) {
        return requireNonNull(SingleChanges.apply(stateService, event, examinee.examineeId() + messageId)
                .record());
    }

    private MobileSyncOrder order(Order order, Instant at) {
        return new MobileSyncOrder(
                examinee.planId(),
                examinee.examineeId(),
                order,
                "a mix-up",
                "kim",
                at,
                null,
                MobileSyncOrder.Role.PROCTOR);
    }
}
