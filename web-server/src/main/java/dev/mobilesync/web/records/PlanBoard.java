package dev.mobilesync.web.records;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.Status;
import dev.mobilesync.messages.SyncRecord;
import dev.mobilesync.messages.Topology;
import dev.mobilesync.service.RecordReader;
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
final class PlanBoard {

    static final int MAX_SIZE = 1_000;

    /** How many may be asked for by id: as many of the longest as a request's head takes. */
    static final int MAX_CHOSEN = 100;

    private final StringRedisTemplate redis;
    private final RecordReader records;

    /**
     * A part of a plan's records, ordered by status and then by examinee.
     *
     * @param counts how many examinees are in each status, in the whole plan
     * @param page from 0
     * @param size how many there are on a page; the last one may have fewer
     * @param total how many there are on all pages
     */
    record Page(String planId, Map<Status, Long> counts, int page, int size, long total, List<SyncRecord> items) {}

    /**
     * A part of a plan's records in the order of the examinees' ids, which no change of a status alters: whoever follows
     * {@code next} to the end has seen everybody who was there all the while, once.
     *
     * @param counts how many examinees are in each status, in the whole plan
     * @param next what the next part is {@code after}; {@code null} at the end
     */
    record Part(
            String planId,
            Map<Status, Long> counts,
            List<SyncRecord> items,
            @Nullable String next) {}

    PlanBoard(StringRedisTemplate redis, RecordReader records) {
        this.redis = redis;
        this.records = records;
    }

    /**
     * @param status the only one that is wanted, or {@code null} for all
     */
    Page page(String planId, @Nullable Status status, int page, int size) {
        Map<Status, Long> counts = counts(planId);
        long total = status == null
                ? counts.values().stream().mapToLong(Long::longValue).sum()
                : counts.getOrDefault(status, 0L);
        long first = (long) page * size;
        List<SyncRecord> items = first >= total ? List.of() : items(planId, status, first, size);
        return new Page(planId, counts, page, size, total, items);
    }

    /**
     * @param after the examinee whom the part before ended with; empty for the first part
     */
    Part part(String planId, String after, int size) {
        // Read in one command: there an examinee whose status changes is in one place or the other, never in neither.
        List<String> examinees = Objects.requireNonNullElse(
                        redis.opsForZSet().range(Topology.planIndexKey(planId), 0, -1), Set.<String>of())
                .stream()
                .filter(examinee -> examinee.compareTo(after) > 0)
                .sorted()
                .limit(size + 1L)
                .toList();
        boolean last = examinees.size() <= size;
        List<String> here = last ? examinees : examinees.subList(0, size);
        return new Part(planId, counts(planId), chosen(planId, here), last ? null : here.get(size - 1));
    }

    /** Some examinees' records; who has none is left out. */
    List<SyncRecord> chosen(String planId, List<String> examinees) {
        List<ExamineeKey> keys = examinees.stream()
                .map(examinee -> new ExamineeKey(planId, examinee))
                .toList();
        return records.readAll(keys).stream().filter(Objects::nonNull).toList();
    }

    private List<SyncRecord> items(String planId, @Nullable Status status, long first, int size) {
        String index = Topology.planIndexKey(planId);
        Set<String> examinees;
        if (status == null) {
            examinees = redis.opsForZSet().range(index, first, first + size - 1);
        } else {
            double score = Topology.indexScore(status);
            examinees = redis.opsForZSet().rangeByScore(index, score, score, first, size);
        }
        // One that expired since, or whose change is under way, may be missing or in another status already.
        return chosen(planId, List.copyOf(Objects.requireNonNullElse(examinees, Set.<String>of()))).stream()
                .filter(record -> status == null || record.status() == status)
                .toList();
    }

    @SuppressWarnings("NullAway") // a pipelined callback has to return null
    private Map<Status, Long> counts(String planId) {
        byte[] index = Topology.planIndexKey(planId).getBytes(StandardCharsets.UTF_8);
        List<Object> replies = redis.executePipelined((RedisCallback<@Nullable Object>) connection -> {
            for (Status status : Status.values()) {
                double score = Topology.indexScore(status);
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
