package dev.mobilesync.web;

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

    private List<SyncRecord> items(String planId, @Nullable Status status, long first, int size) {
        String index = Topology.planIndexKey(planId);
        Set<String> examinees;
        if (status == null) {
            examinees = redis.opsForZSet().range(index, first, first + size - 1);
        } else {
            double score = Topology.indexScore(status);
            examinees = redis.opsForZSet().rangeByScore(index, score, score, first, size);
        }
        List<ExamineeKey> keys = Objects.requireNonNullElse(examinees, Set.<String>of()).stream()
                .map(examinee -> new ExamineeKey(planId, examinee))
                .toList();
        // One that expired since, or whose change is under way, may be missing or in another status already.
        return records.readAll(keys).stream()
                .filter(Objects::nonNull)
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
