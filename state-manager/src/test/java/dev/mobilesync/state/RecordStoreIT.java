package dev.mobilesync.state;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.messages.CaptureInfo;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.RedisKeys;
import dev.mobilesync.messages.Status;
import dev.mobilesync.messages.SyncRecord;
import dev.mobilesync.service.redis.SyncRecordReader;
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
    private static SyncRecordReader reader;
    private static DeadlineStore deadlines;
    private static RecordStore store;

    private final ExamineeKey examinee = new ExamineeKey("P1", "E" + EXAMINEES.incrementAndGet());
    private final Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);

    @BeforeAll
    static void start() {
        service = StateManagerFixture.shared();
        // The deadlines of these tests are claimed by these tests.
        service.stopDeadlineScans();
        redis = service.bean(StringRedisTemplate.class);
        reader = new SyncRecordReader(redis);
        deadlines = new DeadlineStore(redis);
        store = new RecordStore(redis, reader, deadlines, Duration.ofDays(7));
    }

    @AfterAll
    static void stop() {
        service.startDeadlineScans();
    }

    @AfterEach
    void forget() {
        redis.delete(RedisKeys.DEADLINES);
    }

    @Test
    void writesOnlyOverTheRecordThatWasRead() {
        SyncRecord first = written(null, waiting());
        assertThat(store.replace(null, waiting())).isNull();
        assertThat(store.replace(waiting(), waiting())).isNull();
        assertThat(reader.read(examinee)).isEqualTo(first);
        SyncRecord second = written(first, completed());
        assertThat(reader.read(examinee)).isEqualTo(second);
        assertThat(second)
                .isEqualTo(completed().toBuilder().revision(second.revision()).build());
    }

    @Test
    void aRevisionIsTheTimeInMicroseconds() {
        long before = micros(Instant.now().minusSeconds(5));
        assertThat(written(null, waiting()).revision())
                .isBetween(before, micros(Instant.now().plusSeconds(5)));
    }

    @Test
    void aRevisionNeverFallsNotEvenWhereRedisLosesItsData() {
        SyncRecord first = written(null, waiting());
        SyncRecord second = written(first, completed());
        assertThat(second.revision()).isGreaterThan(first.revision());
        redis.delete(RedisKeys.record(examinee));
        assertThat(written(null, waiting()).revision()).isGreaterThan(second.revision());
    }

    @Test
    void aRevisionGrowsWhereTheClockOfRedisWentBack() {
        // A record and an instance that know a later time than Redis does now.
        long later = micros(Instant.now().plusSeconds(3_600));
        redis.opsForHash()
                .putAll(
                        RedisKeys.record(examinee),
                        waiting().toBuilder().revision(later).build().toHash());
        SyncRecord next = written(reader.read(examinee), completed());
        assertThat(next.revision()).isEqualTo(later + 1);
        redis.delete(RedisKeys.record(examinee));
        assertThat(written(null, waiting()).revision()).isEqualTo(later + 2);
        // For the other tests, whose time has not come.
        store = new RecordStore(redis, reader, deadlines, Duration.ofDays(7));
    }

    @Test
    void leavesNoFieldOfTheRecordBefore() {
        written(written(null, waiting()), completed());
        assertThat(redis.opsForHash().keys(RedisKeys.record(examinee)))
                .doesNotContain("deadline")
                .contains("imageUrl");
    }

    @Test
    void changesARecordThatSomebodyWroteInTheScenariosFields() {
        redis.opsForHash()
                .putAll(
                        RedisKeys.record(examinee),
                        Map.of("status", "COMPLETED", "deviceId", "M001", "timestamp", "2024-01-01T09:00:00Z"));
        SyncRecord next = written(reader.read(examinee), waiting());
        assertThat(reader.read(examinee)).isEqualTo(next);
    }

    @Test
    void aChangeStartsTheTimeToLiveAgain() {
        SyncRecord first = written(null, waiting());
        redis.expire(RedisKeys.record(examinee), Duration.ofSeconds(9));
        written(first, waiting());
        assertThat(redis.getExpire(RedisKeys.record(examinee), TimeUnit.HOURS)).isBetween(167L, 168L);
        assertThat(redis.getExpire(RedisKeys.planIndex("P1"), TimeUnit.HOURS)).isBetween(167L, 168L);
    }

    @Test
    void ofManyWritersAtOnceOneWins() {
        SyncRecord first = written(null, waiting());
        long won = IntStream.range(0, 64)
                .parallel()
                .filter(i -> store.replace(first, waiting()) != null)
                .count();
        assertThat(won).isEqualTo(1);
    }

    @Test
    void removesOnlyTheDeadlineThatItKnew() {
        SyncRecord first = written(null, waiting());
        // Somebody ordered a retake meanwhile and put its deadline, but has not written its record yet.
        deadlines.put(examinee, now.plusSeconds(900));
        written(first, completed());
        assertThat(redis.opsForZSet().score(RedisKeys.DEADLINES, examinee.member()))
                .isEqualTo(now.plusSeconds(900).toEpochMilli());
    }

    @Test
    void repairsWhatACrashLeftOut() {
        SyncRecord record = written(null, waiting());
        redis.delete(List.of(RedisKeys.DEADLINES, RedisKeys.planIndex("P1")));
        store.repair(record);
        assertThat(redis.opsForZSet().score(RedisKeys.DEADLINES, examinee.member()))
                .isEqualTo(now.plusSeconds(300).toEpochMilli());
        assertThat(redis.opsForZSet().score(RedisKeys.planIndex("P1"), examinee.examineeId()))
                .isEqualTo(RedisKeys.indexScore(Status.WAITING));
    }

    @Test
    void theIndexFollowsTheRecordThatStands() {
        SyncRecord first = written(null, waiting());
        written(first, completed());
        // As by a writer that was held up between its record and the index.
        store.repair(first.toBuilder().deadline(null).build());
        assertThat(redis.opsForZSet().score(RedisKeys.planIndex("P1"), examinee.examineeId()))
                .isEqualTo(RedisKeys.indexScore(Status.COMPLETED));
    }

    @Test
    void aClaimIsForOneAndEndsByItself() {
        deadlines.put(examinee, now.minusSeconds(1));
        deadlines.put(new ExamineeKey("P1", "later"), now.plusSeconds(60));
        DeadlineStore.Claim claim = deadlines.claim(100, Duration.ofSeconds(30));
        assertThat(claim.members()).containsExactly(examinee.member());
        assertThat(claim.leaseEnd()).isEqualTo(claim.now().plusSeconds(30));
        assertThat(deadlines.claim(100, Duration.ofSeconds(30)).members()).isEmpty();

        // Not with another's lease, and only once.
        deadlines.settle(examinee.member(), claim.leaseEnd().plusMillis(1), null);
        assertThat(redis.opsForZSet().score(RedisKeys.DEADLINES, examinee.member()))
                .isEqualTo(claim.leaseEnd().toEpochMilli());
        deadlines.settle(examinee.member(), claim.leaseEnd(), now);
        assertThat(deadlines.claim(100, Duration.ofSeconds(30)).members()).containsExactly(examinee.member());
    }

    @Test
    void aClaimTakesNoMoreThanItsLimit() {
        for (int i = 0; i < 5; i++) {
            deadlines.put(new ExamineeKey("P2", "E" + i), now.minusSeconds(5 - i));
        }
        assertThat(deadlines.claim(3, Duration.ofSeconds(30)).members()).containsExactly("P2:E0", "P2:E1", "P2:E2");
        assertThat(deadlines.claim(3, Duration.ofSeconds(30)).members()).containsExactly("P2:E3", "P2:E4");
    }

    @Test
    void theTimeIsThatOfRedisWhateverTheClockHereSays() {
        RedisClock clock = new RedisClock(Clock.offset(Clock.systemUTC(), Duration.ofHours(-3)), redis);
        assertThat(clock.now()).isBetween(now, now.plusSeconds(10));
        clock.set(now.plus(Duration.ofHours(1)));
        assertThat(clock.now())
                .isBetween(
                        now.plus(Duration.ofHours(1)),
                        now.plus(Duration.ofHours(1)).plusSeconds(10));
    }

    private static SyncRecord written(@Nullable SyncRecord current, SyncRecord next) {
        return requireNonNull(store.replace(current, next));
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
                .capture(new CaptureInfo("/captures/E001/sync_cap.jpg", null, null))
                .build();
    }
}
