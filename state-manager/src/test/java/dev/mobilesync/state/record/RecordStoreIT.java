package dev.mobilesync.state.record;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.messages.CaptureInfo;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.RedisKeys;
import dev.mobilesync.messages.Status;
import dev.mobilesync.messages.SyncRecord;
import dev.mobilesync.service.redis.SyncRecordReader;
import dev.mobilesync.state.SingleChanges;
import dev.mobilesync.state.StateManagerFixture;
import dev.mobilesync.testsupport.ServerContract;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.data.redis.core.StringRedisTemplate;

@ServerContract
class RecordStoreIT {

    private static final AtomicInteger EXAMINEES = new AtomicInteger();

    private static StateManagerFixture service;
    private static StringRedisTemplate redis;
    private static RedisPipeline pipeline;
    private static SyncRecordReader recordReader;
    private static DeadlineStore deadlineStore;
    private static RecordStore recordStore;

    private final ExamineeKey examinee = new ExamineeKey("P1", "E" + EXAMINEES.incrementAndGet());
    private final Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);

    @BeforeAll
    static void start() {
        service = StateManagerFixture.shared();
        // The tests lease the deadlines themselves.
        service.stopDeadlineScans();
        redis = service.bean(StringRedisTemplate.class);
        pipeline = service.bean(RedisPipeline.class);
        recordReader = new SyncRecordReader(redis);
        deadlineStore = new DeadlineStore(redis, pipeline);
        recordStore = new RecordStore(redis, pipeline, recordReader, deadlineStore, Duration.ofDays(7));
    }

    @AfterAll
    static void stop() {
        service.startDeadlineScans();
    }

    @AfterEach
    void clearDeadlines() {
        redis.delete(RedisKeys.DEADLINES);
    }

    @Test
    void replacesOnlyExpectedRecord() {
        SyncRecord first = replace(null, waiting());
        assertThat(SingleChanges.replace(recordStore, null, waiting())).isNull();
        assertThat(SingleChanges.replace(recordStore, waiting(), waiting())).isNull();
        assertThat(recordReader.read(examinee)).isEqualTo(first);
        SyncRecord second = replace(first, completed());
        assertThat(recordReader.read(examinee)).isEqualTo(second);
        assertThat(second)
                .isEqualTo(completed().toBuilder().revision(second.revision()).build());
    }

    @Test
    void revisionIsTimeInMicroseconds() {
        long before = micros(Instant.now().minusSeconds(5));
        assertThat(replace(null, waiting()).revision())
                .isBetween(before, micros(Instant.now().plusSeconds(5)));
    }

    @Test
    void revisionGrowsAfterDataLoss() {
        SyncRecord first = replace(null, waiting());
        SyncRecord second = replace(first, completed());
        assertThat(second.revision()).isGreaterThan(first.revision());
        redis.delete(RedisKeys.record(examinee));
        assertThat(replace(null, waiting()).revision()).isGreaterThan(second.revision());
    }

    @Test
    void revisionGrowsIfRedisClockGoesBack() {
        // The record's revision is ahead of the clock of Redis.
        long later = micros(Instant.now().plusSeconds(3_600)) / 2 * 2;
        redis.opsForHash()
                .putAll(
                        RedisKeys.record(examinee),
                        waiting().toBuilder().revision(later).build().toHash());
        SyncRecord next = replace(recordReader.read(examinee), completed());
        assertThat(next.revision()).isEqualTo(later + 2);
        redis.delete(RedisKeys.record(examinee));
        assertThat(replace(null, waiting()).revision()).isEqualTo(later + 4);
        // Resets the highest revision for the other tests.
        recordStore = new RecordStore(redis, pipeline, recordReader, deadlineStore, Duration.ofDays(7));
    }

    @Test
    void removesOldFields() {
        replace(replace(null, waiting()), completed());
        assertThat(redis.opsForHash().keys(RedisKeys.record(examinee)))
                .doesNotContain("deadline")
                .contains("imageUrl");
    }

    @Test
    void replacesRecordWithoutRevision() {
        redis.opsForHash()
                .putAll(
                        RedisKeys.record(examinee),
                        Map.of("status", "COMPLETED", "deviceId", "M001", "timestamp", "2024-01-01T09:00:00Z"));
        SyncRecord next = replace(recordReader.read(examinee), waiting());
        assertThat(recordReader.read(examinee)).isEqualTo(next);
    }

    @Test
    void changeRenewsTimeToLive() {
        SyncRecord first = replace(null, waiting());
        redis.expire(RedisKeys.record(examinee), Duration.ofSeconds(9));
        replace(first, waiting());
        assertThat(redis.getExpire(RedisKeys.record(examinee), TimeUnit.HOURS)).isBetween(167L, 168L);
        assertThat(redis.getExpire(RedisKeys.planIndex("P1"), TimeUnit.HOURS)).isBetween(167L, 168L);
    }

    @Test
    void oneConcurrentWriterWins() {
        SyncRecord first = replace(null, waiting());
        long won = IntStream.range(0, 64)
                .parallel()
                .filter(i -> SingleChanges.replace(recordStore, first, waiting()) != null)
                .count();
        assertThat(won).isEqualTo(1);
    }

    @Test
    void keepsConcurrentDeadline() {
        SyncRecord first = replace(null, waiting());
        // A concurrent retake has set its deadline but not yet saved its record.
        deadlineStore.putAll(Map.of(examinee, now.plusSeconds(900)));
        replace(first, completed());
        assertThat(redis.opsForZSet().score(RedisKeys.DEADLINES, examinee.qualifiedId()))
                .isEqualTo(now.plusSeconds(900).toEpochMilli());
    }

    @Test
    void repairsDeadlineAndIndex() {
        SyncRecord record = replace(null, waiting());
        redis.delete(List.of(RedisKeys.DEADLINES, RedisKeys.planIndex("P1")));
        recordStore.repair(record);
        assertThat(redis.opsForZSet().score(RedisKeys.DEADLINES, examinee.qualifiedId()))
                .isEqualTo(now.plusSeconds(300).toEpochMilli());
        assertThat(redis.opsForZSet().score(RedisKeys.planIndex("P1"), examinee.examineeId()))
                .isEqualTo(RedisKeys.indexScore(Status.WAITING));
    }

    @Test
    void indexFollowsCurrentRecord() {
        SyncRecord first = replace(null, waiting());
        replace(first, completed());
        // As by a writer that is late with the index.
        recordStore.repair(first.toBuilder().deadline(null).build());
        assertThat(redis.opsForZSet().score(RedisKeys.planIndex("P1"), examinee.examineeId()))
                .isEqualTo(RedisKeys.indexScore(Status.COMPLETED));
    }

    @Test
    void leaseIsExclusiveUntilItEnds() {
        deadlineStore.putAll(Map.of(examinee, now.minusSeconds(1)));
        deadlineStore.putAll(Map.of(new ExamineeKey("P1", "later"), now.plusSeconds(60)));
        DeadlineStore.Lease lease = deadlineStore.lease(100, Duration.ofSeconds(30));
        assertThat(lease.members()).containsExactly(examinee.qualifiedId());
        assertThat(lease.end()).isEqualTo(lease.now().plusSeconds(30));
        assertThat(deadlineStore.lease(100, Duration.ofSeconds(30)).members()).isEmpty();

        // Only the current lease can complete it, and only once.
        deadlineStore.replaceIfUnchanged(examinee.qualifiedId(), lease.end().plusMillis(1), null);
        assertThat(redis.opsForZSet().score(RedisKeys.DEADLINES, examinee.qualifiedId()))
                .isEqualTo(lease.end().toEpochMilli());
        deadlineStore.replaceIfUnchanged(examinee.qualifiedId(), lease.end(), now);
        assertThat(deadlineStore.lease(100, Duration.ofSeconds(30)).members()).containsExactly(examinee.qualifiedId());
    }

    @Test
    void leasesUpToLimit() {
        for (int i = 0; i < 5; i++) {
            deadlineStore.putAll(Map.of(new ExamineeKey("P2", "E" + i), now.minusSeconds(5 - i)));
        }
        assertThat(deadlineStore.lease(3, Duration.ofSeconds(30)).members()).containsExactly("P2:E0", "P2:E1", "P2:E2");
        assertThat(deadlineStore.lease(3, Duration.ofSeconds(30)).members()).containsExactly("P2:E3", "P2:E4");
    }

    @Test
    void clockIgnoresLocalTime() {
        RedisClock clock = new RedisClock(Clock.offset(Clock.systemUTC(), Duration.ofHours(-3)), redis);
        assertThat(clock.now()).isBetween(now, Instant.now().plusSeconds(1));
        clock.synchronize(now.plus(Duration.ofHours(1)));
        assertThat(clock.now())
                .isBetween(
                        now.plus(Duration.ofHours(1)),
                        Instant.now().plus(Duration.ofHours(1)).plusSeconds(1));
    }

    private static SyncRecord replace(@Nullable SyncRecord current, SyncRecord next) {
        return requireNonNull(SingleChanges.replace(recordStore, current, next));
    }

    private static long micros(Instant instant) {
        return TimeUnit.MILLISECONDS.toMicros(instant.toEpochMilli());
    }

    private SyncRecord waiting() {
        return SyncRecord.builder(examinee)
                .status(Status.WAITING, "w", now)
                .deadline(now.plusSeconds(300))
                .build();
    }

    private SyncRecord completed() {
        return SyncRecord.builder(examinee)
                .status(Status.COMPLETED, "c", now)
                .device("M001")
                .capture(new CaptureInfo("/captures/E001/sync_cap.jpg", null, null), now)
                .build();
    }
}
