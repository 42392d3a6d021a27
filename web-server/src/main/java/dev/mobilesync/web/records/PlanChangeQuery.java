package dev.mobilesync.web.records;

import dev.mobilesync.messages.RedisKeys;
import dev.mobilesync.messages.SyncRecord;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.data.redis.core.ZSetOperations.TypedTuple;
import org.springframework.stereotype.Component;

/**
 * Reads a plan's records in the order of their last changes. state-manager numbers a change after it has written the record and
 * above all numbers of the plan, so a reader who continues after a number misses no change. Methods throw Spring's
 * {@code DataAccessException}.
 */
@Component
final class PlanChangeQuery {

    private final StringRedisTemplate redis;
    private final PlanRecordQuery records;

    PlanChangeQuery(StringRedisTemplate redis, PlanRecordQuery records) {
        this.redis = redis;
        this.records = records;
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
        Double epoch = redis.opsForZSet().score(key, "");
        if (epoch == null) {
            return new Changes(planId, List.of(), List.of(), "", false);
        }
        long first = epoch.longValue();
        long last = isLost(cursor, first, key) ? first : cursor.last();
        List<TypedTuple<String>> changes = List.copyOf(Objects.requireNonNullElse(
                redis.opsForZSet().rangeByScoreWithScores(key, last + 1.0, Double.POSITIVE_INFINITY, 0, size + 1L),
                Set.<TypedTuple<String>>of()));
        List<TypedTuple<String>> here = changes.subList(0, Math.min(size, changes.size()));
        PlanRecordQuery.Selection selection = records.byIds(
                planId,
                here.stream().map(TypedTuple::getValue).filter(Objects::nonNull).toList());
        long next = here.isEmpty() ? last : number(here.get(here.size() - 1));
        return new Changes(
                planId,
                selection.items(),
                selection.unreadable(),
                new ChangeCursor(first, next).toString(),
                changes.size() > size);
    }

    /** Whether the set was created after the cursor, or a failover has lost its last changes. */
    private boolean isLost(ChangeCursor cursor, long epoch, String key) {
        if (cursor.epoch() != epoch) {
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
