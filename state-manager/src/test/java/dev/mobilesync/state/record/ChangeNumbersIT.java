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
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.data.redis.core.ZSetOperations.TypedTuple;

/** The numbers of a plan's changes. */
@ServerContract
class ChangeNumbersIT {

    private static final Instant NINE = Instant.parse("2024-01-01T09:00:00Z");
    private static final int WRITERS = 4;
    private static final int CHANGES = 200;

    private final StateManagerFixture service = StateManagerFixture.shared();
    private final StringRedisTemplate redis = service.bean(StringRedisTemplate.class);
    private final SyncRecordReader reader = new SyncRecordReader(redis);

    @Test
    void numbersChangesInTheirOrder() {
        RecordStore store = store();
        SyncRecord first = replace(store, null, "N1", "E1");
        replace(store, null, "N1", "E2");
        assertThat(examinees("N1")).containsExactly("", "E1", "E2");
        SyncRecord third = replace(store, first, "N1", "E1");
        assertThat(examinees("N1")).containsExactly("", "E2", "E1");
        assertThat(redis.opsForZSet().score(RedisKeys.planChanges("N1"), "E1")).isEqualTo(third.revision());
        assertThat(redis.getExpire(RedisKeys.planChanges("N1"), TimeUnit.HOURS)).isBetween(167L, 168L);
    }

    @Test
    void numbersGrowIfRevisionsDoNot() {
        RecordStore store = store();
        redis.opsForZSet().add(RedisKeys.planChanges("N2"), "", 1);
        redis.opsForZSet().add(RedisKeys.planChanges("N2"), "E0", 4e15);
        replace(store, null, "N2", "E1");
        assertThat(redis.opsForZSet().score(RedisKeys.planChanges("N2"), "E1")).isEqualTo(4e15 + 1);
    }

    @Test
    void numbersRepairedRecord() {
        RecordStore store = store();
        SyncRecord record = replace(store, null, "N3", "E1");
        redis.delete(RedisKeys.planChanges("N3"));
        store.repair(record);
        assertThat(examinees("N3")).containsExactly("", "E1");
    }

    @Test
    void keepsNumberOfRepeatedChange() {
        RecordStore store = store();
        SyncRecord record = replace(store, null, "N5", "E1");
        replace(store, null, "N5", "E2");
        store.repair(record);
        assertThat(examinees("N5")).containsExactly("", "E1", "E2");
    }

    /** The number of an earlier change exceeds the revision of the next one. */
    @Test
    void numbersChangeThatEarlierNumberExceeds() {
        RecordStore store = store();
        redis.opsForZSet().add(RedisKeys.planChanges("N6"), "", 1);
        redis.opsForZSet().add(RedisKeys.planChanges("N6"), "E0", 4e15 - 2);
        SyncRecord record = replace(store, null, "N6", "E1");
        replace(store, record, "N6", "E1");
        assertThat(redis.opsForZSet().score(RedisKeys.planChanges("N6"), "E1")).isEqualTo(4e15 + 1);
    }

    /** Two instances change the same records while a reader follows. */
    @Test
    void readerMissesNoChange() {
        List<RecordStore> instances = List.of(store(), store());
        CompletableFuture<?>[] writers = IntStream.range(0, WRITERS)
                .mapToObj(writer -> CompletableFuture.runAsync(() -> write(instances.get(writer % 2), writer)))
                .toArray(CompletableFuture[]::new);
        CompletableFuture<Void> written = CompletableFuture.allOf(writers);
        Map<String, Long> seen = new HashMap<>();
        double last = 0;
        boolean end;
        do {
            end = written.isDone();
            for (TypedTuple<String> change : requireNonNull(redis.opsForZSet()
                    .rangeByScoreWithScores(RedisKeys.planChanges("N4"), last + 1, Double.POSITIVE_INFINITY, 0, 5))) {
                String examinee = requireNonNull(change.getValue());
                last = requireNonNull(change.getScore());
                if (!examinee.isEmpty()) {
                    seen.merge(
                            examinee,
                            requireNonNull(reader.read(new ExamineeKey("N4", examinee)))
                                    .revision(),
                            (before, now) -> {
                                assertThat(now).isGreaterThanOrEqualTo(before);
                                return now;
                            });
                    end = false;
                }
            }
        } while (!end);
        written.join();
        assertThat(seen).hasSize(10);
        seen.forEach((examinee, revision) ->
                assertThat(reader.read(new ExamineeKey("N4", examinee))).returns(revision, SyncRecord::revision));
    }

    private void write(RecordStore store, int writer) {
        for (int i = 0; i < CHANGES; i++) {
            ExamineeKey examinee = new ExamineeKey("N4", "E" + (i + writer) % 10);
            SingleChanges.replace(store, reader.read(examinee), completed(examinee));
        }
    }

    private RecordStore store() {
        RedisPipeline pipeline = service.bean(RedisPipeline.class);
        return new RecordStore(redis, pipeline, reader, new DeadlineStore(redis, pipeline), Duration.ofDays(7));
    }

    private static SyncRecord replace(RecordStore store, @Nullable SyncRecord current, String plan, String examinee) {
        return requireNonNull(SingleChanges.replace(store, current, completed(new ExamineeKey(plan, examinee))));
    }

    private static SyncRecord completed(ExamineeKey examinee) {
        return SyncRecord.builder(examinee)
                .status(Status.COMPLETED, "a-message", NINE)
                .device("M001")
                .capture(new CaptureInfo("/captures/" + examinee.examineeId() + "/sync_cap.jpg", null, null), NINE)
                .build();
    }

    private List<String> examinees(String plan) {
        return List.copyOf(requireNonNull(redis.opsForZSet().range(RedisKeys.planChanges(plan), 0, -1)));
    }
}
