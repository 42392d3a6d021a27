package dev.mobilesync.state;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.RedisKeys;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.data.redis.core.script.RedisScript;

/**
 * Who waits, by deadline: a sorted set. Whoever handles a passed deadline claims it by moving its score forward (a
 * lease) and settles it afterwards; where that one dies, the lease runs out and somebody else claims it.
 *
 * <p>A member whose record has no deadline any more does no harm: it is taken away when it comes due. Every method
 * throws Spring's {@code DataAccessException} if Redis is away.
 */
final class DeadlineStore {

    /**
     * Members that were due.
     *
     * @param now the time by Redis
     * @param leaseEnd their new score: what {@link #settle} expects
     * @param members as {@link ExamineeKey#member()} writes them
     */
    record Claim(Instant now, Instant leaseEnd, List<String> members) {}

    @SuppressWarnings("rawtypes")
    private static final RedisScript<List> CLAIM = RedisScript.of("""
            local time = redis.call('TIME')
            local now = time[1] * 1000 + math.floor(time[2] / 1000)
            local leased = string.format('%.0f', now + ARGV[2])
            now = string.format('%.0f', now)
            local answer = {now, leased}
            for _, member in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now, 'LIMIT', 0, ARGV[1])) do
              redis.call('ZADD', KEYS[1], leased, member)
              answer[#answer + 1] = member
            end
            return answer
            """, List.class);

    private static final RedisScript<Long> SETTLE = RedisScript.of("""
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

    DeadlineStore(StringRedisTemplate redis) {
        this.redis = redis;
    }

    /** From now on that is the examinee's deadline. */
    void put(ExamineeKey examinee, Instant deadline) {
        redis.opsForZSet().add(RedisKeys.DEADLINES, examinee.member(), deadline.toEpochMilli());
    }

    /** Whether the examinee has a deadline, claimed or not. */
    boolean has(ExamineeKey examinee) {
        return redis.opsForZSet().score(RedisKeys.DEADLINES, examinee.member()) != null;
    }

    /** Some of the members in their order, from that place on; none behind the last. */
    Set<String> part(long from, int limit) {
        Set<String> members = redis.opsForZSet().range(RedisKeys.DEADLINES, from, from + limit - 1);
        return members == null ? Set.of() : members;
    }

    /** Claims up to {@code limit} members that are due, for {@code lease}. */
    Claim claim(int limit, Duration lease) {
        @SuppressWarnings("unchecked")
        List<String> answer = redis.execute(CLAIM, KEY, Integer.toString(limit), Long.toString(lease.toMillis()));
        return new Claim(millis(answer.get(0)), millis(answer.get(1)), answer.subList(2, answer.size()));
    }

    /**
     * Changes a member unless somebody else has meanwhile.
     *
     * @param expected the score that it must still have
     * @param next its new score; {@code null} takes it away
     */
    void settle(String member, Instant expected, @Nullable Instant next) {
        redis.execute(
                SETTLE,
                KEY,
                member,
                Long.toString(expected.toEpochMilli()),
                next == null ? "" : Long.toString(next.toEpochMilli()));
    }

    private static Instant millis(String text) {
        return Instant.ofEpochMilli(Long.parseLong(text));
    }
}
