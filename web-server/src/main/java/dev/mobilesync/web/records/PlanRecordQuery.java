package dev.mobilesync.web.records;

import dev.mobilesync.messages.ExamineeKey;
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

/** A plan's records by status, read through the plan's index. Throws Spring's {@code DataAccessException}. */
final class PlanRecordQuery {

    static final int MAX_SIZE = 1_000;

    /** How many may be asked for by id: as many of the longest as a request's head takes. */
    static final int MAX_CHOSEN = 100;

    private final StringRedisTemplate redis;
    private final SyncRecordReader records;

    /**
     * A part of a plan's records, ordered by status and then by examinee.
     *
     * @param counts how many examinees are in each status, in the whole plan
     * @param page from 0
     * @param size how many there are on a page; the last one may have fewer
     * @param total how many there are on all pages
     * @param unreadable those of the page whose records cannot be read; they are not among the items
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
     * A part of a plan's records in the order of the examinees' ids, which no change of a status alters: whoever follows
     * {@code next} to the end has seen everybody who was there all the while, once.
     *
     * @param counts how many examinees are in each status, in the whole plan
     * @param unreadable those of the part whose records cannot be read; they are not among the items
     * @param next what the next part is {@code after}; {@code null} at the end
     */
    record Slice(
            String planId,
            Map<Status, Long> counts,
            List<SyncRecord> items,
            List<String> unreadable,
            @Nullable String next) {}

    /** Some examinees' records; who has none is left out. */
    record Chosen(String planId, List<SyncRecord> items, List<String> unreadable) {

        private static Chosen of(String planId, List<SyncRecordReader.Entry> entries) {
            return new Chosen(
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

    /**
     * @param status the only one that is wanted, or {@code null} for all
     */
    Page page(String planId, @Nullable Status status, int page, int size) {
        Map<Status, Long> counts = counts(planId);
        // A status of a newer version has no count of its own.
        long total = status == null
                ? Objects.requireNonNullElse(redis.opsForZSet().zCard(RedisKeys.planIndex(planId)), 0L)
                : counts.getOrDefault(status, 0L);
        long first = (long) page * size;
        Chosen here = chosen(planId, first >= total ? List.of() : examinees(planId, status, first, size));
        // One whose change is under way may be in another status already.
        List<SyncRecord> items = here.items().stream()
                .filter(record -> status == null || record.status() == status)
                .toList();
        return new Page(planId, counts, page, size, total, items, here.unreadable());
    }

    /**
     * @param after the examinee whom the part before ended with; empty for the first part
     */
    Slice part(String planId, String after, int size) {
        // Read in one command: there an examinee whose status changes is in one place or the other, never in neither.
        List<String> examinees = Objects.requireNonNullElse(
                        redis.opsForZSet().range(RedisKeys.planIndex(planId), 0, -1), Set.<String>of())
                .stream()
                .filter(examinee -> examinee.compareTo(after) > 0)
                .sorted()
                .limit(size + 1L)
                .toList();
        boolean last = examinees.size() <= size;
        List<String> here = last ? examinees : examinees.subList(0, size);
        Chosen chosen = chosen(planId, here);
        return new Slice(planId, counts(planId), chosen.items(), chosen.unreadable(), last ? null : here.get(size - 1));
    }

    Chosen chosen(String planId, List<String> examinees) {
        List<ExamineeKey> keys = examinees.stream()
                .map(examinee -> new ExamineeKey(planId, examinee))
                .toList();
        return Chosen.of(planId, records.readEntries(keys));
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

    @SuppressWarnings("NullAway") // a pipelined callback has to return null
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
