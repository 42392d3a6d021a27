package dev.mobilesync.state.record;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.RedisKeys;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.data.redis.core.script.RedisScript;
import org.springframework.stereotype.Component;

/**
 * Sorted set of the waiting examinees. The score is the deadline or, while an instance handles a passed deadline, the end
 * of that instance's lease. The instance then removes or replaces it. If it dies, its lease expires, and another instance
 * leases the deadline.
 *
 * <p>A member whose record has no deadline is harmless: it is removed when it is due. Every method throws Spring's
 * {@code DataAccessException} if Redis is unavailable.
 */
@Component
public final class DeadlineStore {

    /**
     * Members that were due, and the lease of them.
     *
     * @param now the clock of Redis
     * @param end their new score, to pass to {@link #replaceIfUnchanged}
     * @param members in the form of {@link ExamineeKey#qualifiedId()}
     */
    public record Lease(Instant now, Instant end, List<String> members) {}

    @SuppressWarnings("rawtypes")
    private static final RedisScript<List> LEASE = RedisScript.of("""
            local time = redis.call('TIME')
            local now = time[1] * 1000 + math.floor(time[2] / 1000)
            local leased = string.format('%.0f', now + ARGV[2])
            now = string.format('%.0f', now)
            local reply = {now, leased}
            for _, member in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now, 'LIMIT', 0, ARGV[1])) do
              redis.call('ZADD', KEYS[1], leased, member)
              reply[#reply + 1] = member
            end
            return reply
            """, List.class);

    private static final RedisScript<Long> REPLACE_IF_UNCHANGED = RedisScript.of("""
            local score = redis.call('ZSCORE', KEYS[1], ARGV[1])
            if not score or tonumber(score) ~= tonumber(ARGV[2]) then
              return 0
            end
            if ARGV[3] == '' then
              redis.call('ZREM', KEYS[1], ARGV[1])
            else
              redis.call('ZADD', KEYS[1], ARGV[3], ARGV[1])
            end
            return 1
            """, Long.class);

    private static final List<String> KEY = List.of(RedisKeys.DEADLINES);

    private final StringRedisTemplate redis;
    private final RedisPipeline pipeline;

    DeadlineStore(StringRedisTemplate redis, RedisPipeline pipeline) {
        this.redis = redis;
        this.pipeline = pipeline;
    }

    /** Adds or replaces deadlines: all of them, or none. */
    void putAll(Map<ExamineeKey, Instant> deadlines) {
        Map<String, Double> scores = new HashMap<>();
        deadlines.forEach((examinee, deadline) -> scores.put(examinee.qualifiedId(), (double) deadline.toEpochMilli()));
        RedisPipeline.Call<Long> added = RedisPipeline.sortedSetAdd(RedisKeys.DEADLINES, scores);
        pipeline.run(List.of(added));
        added.reply();
    }

    /** Removes deadlines, except those that have changed concurrently. */
    void removeAllIfUnchanged(Map<ExamineeKey, Instant> expected) {
        List<RedisPipeline.ScriptCall> calls = new ArrayList<>();
        expected.forEach((examinee, deadline) -> calls.add(new RedisPipeline.ScriptCall(
                RedisKeys.DEADLINES, List.of(examinee.qualifiedId(), Long.toString(deadline.toEpochMilli()), ""))));
        pipeline.runScript(REPLACE_IF_UNCHANGED, calls).forEach(RedisPipeline.Call::reply);
    }

    /** Whether the examinee has a deadline, leased or not. */
    public boolean has(ExamineeKey examinee) {
        return redis.opsForZSet().score(RedisKeys.DEADLINES, examinee.qualifiedId()) != null;
    }

    /** Returns the number of deadlines before a time, by the clock of Redis. Leased ones count by the end of the lease. */
    public long countBefore(Instant time) {
        Long count = redis.opsForZSet().count(RedisKeys.DEADLINES, Double.NEGATIVE_INFINITY, time.toEpochMilli());
        return count == null ? 0 : count;
    }

    /** Returns up to {@code limit} members from rank {@code from}; an empty set after the last one. */
    public Set<String> page(long from, int limit) {
        Set<String> members = redis.opsForZSet().range(RedisKeys.DEADLINES, from, from + limit - 1);
        return members == null ? Set.of() : members;
    }

    /** Leases up to {@code limit} due members. */
    public Lease lease(int limit, Duration duration) {
        @SuppressWarnings("unchecked")
        List<String> reply = redis.execute(LEASE, KEY, Integer.toString(limit), Long.toString(duration.toMillis()));
        return new Lease(millis(reply.get(0)), millis(reply.get(1)), reply.subList(2, reply.size()));
    }

    /**
     * Sets a member's score, unless it has changed concurrently.
     *
     * @param expected the current score
     * @param next the new score; {@code null} removes the member
     */
    public void replaceIfUnchanged(String member, Instant expected, @Nullable Instant next) {
        redis.execute(
                REPLACE_IF_UNCHANGED,
                KEY,
                member,
                Long.toString(expected.toEpochMilli()),
                next == null ? "" : Long.toString(next.toEpochMilli()));
    }

    private static Instant millis(String text) {
        return Instant.ofEpochMilli(Long.parseLong(text));
    }
}
