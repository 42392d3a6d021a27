package dev.mobilesync.web.records;

import dev.mobilesync.messages.RedisKeys;
import dev.mobilesync.messages.SyncRecord;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.data.redis.core.ZSetOperations.TypedTuple;
import org.springframework.stereotype.Component;

/**
 * Reads a plan's records in the order of their last changes. state-manager numbers a change after it has written the record and
 * above all numbers of the plan, so a reader who continues after a number misses no change. A response ends before a record
 * whose latest change has no number yet; with that number, the record would be returned a second time. Methods throw Spring's
 * {@code DataAccessException}.
 */
@Component
final class PlanChangeQuery {

    /** A change without a number after this time has lost it, for example in a failover of Redis. */
    private static final Duration NUMBERING_TIMEOUT = Duration.ofSeconds(30);

    private final StringRedisTemplate redis;
    private final PlanRecordQuery records;
    private final Clock clock;

    PlanChangeQuery(StringRedisTemplate redis, PlanRecordQuery records, Clock clock) {
        this.redis = redis;
        this.records = records;
        this.clock = clock;
    }

    /**
     * The records that have changed.
     *
     * @param unreadable the ids of the examinees whose records cannot be read; {@code items} lacks them
     * @param next the {@code updatedSince} of the next request
     * @param more whether a next request has further records now
     */
    record Changes(String planId, List<SyncRecord> items, List<String> unreadable, String next, boolean more) {}

    /** Starts again if Redis has lost the plan's changes since the cursor was returned. */
    Changes since(String planId, ChangeCursor cursor, int size) {
        String key = RedisKeys.planChanges(planId);
        Double generation = redis.opsForZSet().score(key, "");
        if (generation == null) {
            return new Changes(planId, List.of(), List.of(), "", false);
        }
        long first = generation.longValue();
        long last = isLost(cursor, first, key) ? first : cursor.last();
        List<TypedTuple<String>> changes = List.copyOf(Objects.requireNonNullElse(
                redis.opsForZSet().rangeByScoreWithScores(key, last + 1.0, Double.POSITIVE_INFINITY, 0, size + 1L),
                Set.<TypedTuple<String>>of()));
        List<TypedTuple<String>> page = changes.subList(0, Math.min(size, changes.size()));
        PlanRecordQuery.Selection selection = records.byIds(planId, examinees(page));
        List<TypedTuple<String>> numbered = untilUnnumbered(page, selection.items());
        Set<String> examinees = Set.copyOf(examinees(numbered));
        long next = numbered.isEmpty() ? last : number(numbered.get(numbered.size() - 1));
        return new Changes(
                planId,
                selection.items().stream()
                        .filter(record -> examinees.contains(record.examineeId()))
                        .toList(),
                selection.unreadable().stream().filter(examinees::contains).toList(),
                new ChangeCursor(first, next).toString(),
                !numbered.isEmpty() && changes.size() > numbered.size());
    }

    private static List<String> examinees(List<TypedTuple<String>> changes) {
        return changes.stream()
                .map(TypedTuple::getValue)
                .filter(Objects::nonNull)
                .toList();
    }

    /** The changes before the first one whose record has changed since and waits for its new number. */
    private List<TypedTuple<String>> untilUnnumbered(List<TypedTuple<String>> changes, List<SyncRecord> items) {
        // A revision is Redis's time in microseconds, and a number is at least the revision.
        long oldest = TimeUnit.MILLISECONDS.toMicros(
                clock.instant().minus(NUMBERING_TIMEOUT).toEpochMilli());
        Map<String, Long> revisions = items.stream()
                .filter(record -> record.revision() > oldest)
                .collect(Collectors.toMap(SyncRecord::examineeId, SyncRecord::revision));
        return changes.stream()
                .takeWhile(change -> revisions.getOrDefault(change.getValue(), 0L) <= number(change))
                .toList();
    }

    /** Whether the set was created after the cursor, or a failover has lost its last changes. */
    private boolean isLost(ChangeCursor cursor, long generation, String key) {
        if (cursor.generation() != generation) {
            return true;
        }
        return Objects.requireNonNullElse(
                        redis.opsForZSet().reverseRangeWithScores(key, 0, 0), Set.<TypedTuple<String>>of())
                .stream()
                .anyMatch(newest -> number(newest) < cursor.last());
    }

    private static long number(TypedTuple<String> change) {
        return Objects.requireNonNull(change.getScore()).longValue();
    }
}
