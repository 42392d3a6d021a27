package dev.mobilesync.web.records;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.Identifiers;
import dev.mobilesync.messages.RedisKeys;
import dev.mobilesync.messages.Status;
import dev.mobilesync.messages.SyncRecord;
import dev.mobilesync.service.redis.SyncRecordReader;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.data.redis.core.RedisCallback;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.stereotype.Component;

/** Reads a plan's records through the plan's index. Methods throw Spring's {@code DataAccessException}. */
@Component
final class PlanRecordQuery {

    static final int MAX_SIZE = 1_000;

    /** The most examinees per request by id: so many ids of the maximum length fit into a request's headers. */
    static final int MAX_IDS = 100;

    private final StringRedisTemplate redis;
    private final SyncRecordReader records;

    /**
     * A page of a plan's records, ordered by status, then by examinee.
     *
     * @param counts the number of examinees per status, in the whole plan
     * @param page from 0
     * @param size the page size; the last page may be shorter
     * @param total the number of records on all pages
     * @param unreadable the ids of the page's examinees whose records cannot be read; {@code items} lacks them
     */
    record Page(
            String planId,
            Map<Status, Long> counts,
            int page,
            int size,
            long total,
            List<SyncRecord> items,
            List<String> unreadable) {}

    /**
     * A slice of a plan's records in the order of the examinees' ids, which status changes do not alter. A client that
     * follows {@code next} to the end sees each examinee who is present throughout exactly once.
     *
     * @param counts the number of examinees per status, in the whole plan
     * @param unreadable the ids of the slice's examinees whose records cannot be read; {@code items} lacks them
     * @param next the {@code after} of the next slice; {@code null} at the end
     */
    record Slice(
            String planId,
            Map<Status, Long> counts,
            List<SyncRecord> items,
            List<String> unreadable,
            @Nullable String next) {}

    /** The records of named examinees. Those without a record are omitted. */
    record Selection(String planId, List<SyncRecord> items, List<String> unreadable) {

        private static Selection of(String planId, List<SyncRecordReader.Entry> entries) {
            return new Selection(
                    planId,
                    entries.stream()
                            .map(SyncRecordReader.Entry::record)
                            .filter(Objects::nonNull)
                            .toList(),
                    entries.stream()
                            .filter(SyncRecordReader.Entry::unreadable)
                            .map(entry -> entry.examinee().examineeId())
                            .toList());
        }
    }

    PlanRecordQuery(StringRedisTemplate redis, SyncRecordReader records) {
        this.redis = redis;
        this.records = records;
    }

    Page page(String planId, @Nullable Status status, int page, int size) {
        Map<Status, Long> counts = counts(planId);
        // A status of a newer version has no count here.
        long total = status == null
                ? Objects.requireNonNullElse(redis.opsForZSet().zCard(RedisKeys.planIndex(planId)), 0L)
                : counts.getOrDefault(status, 0L);
        long first = (long) page * size;
        Selection selection = byIds(planId, first >= total ? List.of() : examinees(planId, status, first, size));
        // The status of a record that is being changed may differ from the index.
        List<SyncRecord> items = selection.items().stream()
                .filter(record -> status == null || record.status() == status)
                .toList();
        return new Page(planId, counts, page, size, total, items, selection.unreadable());
    }

    /**
     * @param after the last examinee of the previous slice; empty for the first slice
     */
    Slice slice(String planId, String after, int size) {
        // One command reads the whole index, so that an examinee whose status changes cannot be missed.
        List<String> examinees = Objects.requireNonNullElse(
                        redis.opsForZSet().range(RedisKeys.planIndex(planId), 0, -1), Set.<String>of())
                .stream()
                .filter(examinee -> Identifiers.isValid(examinee) && examinee.compareTo(after) > 0)
                .sorted()
                .limit(size + 1L)
                .toList();
        boolean last = examinees.size() <= size;
        List<String> here = last ? examinees : examinees.subList(0, size);
        Selection selection = byIds(planId, here);
        return new Slice(
                planId, counts(planId), selection.items(), selection.unreadable(), last ? null : here.get(size - 1));
    }

    /** Skips invalid ids, which an index may contain. */
    Selection byIds(String planId, List<String> examinees) {
        List<ExamineeKey> keys = examinees.stream()
                .filter(Identifiers::isValid)
                .map(examinee -> new ExamineeKey(planId, examinee))
                .toList();
        return Selection.of(planId, records.readEntries(keys));
    }

    private List<String> examinees(String planId, @Nullable Status status, long first, int size) {
        String index = RedisKeys.planIndex(planId);
        Set<String> examinees;
        if (status == null) {
            examinees = redis.opsForZSet().range(index, first, first + size - 1);
        } else {
            double score = RedisKeys.indexScore(status);
            examinees = redis.opsForZSet().rangeByScore(index, score, score, first, size);
        }
        return List.copyOf(Objects.requireNonNullElse(examinees, Set.<String>of()));
    }

    @SuppressWarnings("NullAway") // a pipelined callback must return null
    private Map<Status, Long> counts(String planId) {
        byte[] index = RedisKeys.planIndex(planId).getBytes(StandardCharsets.UTF_8);
        List<Object> replies = redis.executePipelined((RedisCallback<@Nullable Object>) connection -> {
            for (Status status : Status.values()) {
                double score = RedisKeys.indexScore(status);
                connection.zSetCommands().zCount(index, score, score);
            }
            return null;
        });
        Map<Status, Long> counts = new EnumMap<>(Status.class);
        for (Status status : Status.values()) {
            counts.put(status, (Long) replies.get(status.ordinal()));
        }
        return counts;
    }
}
