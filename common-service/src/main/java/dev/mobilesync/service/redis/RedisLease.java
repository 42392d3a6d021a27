package dev.mobilesync.service.redis;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.data.redis.core.script.RedisScript;

/**
 * The right to do something that one instance at a time should do, kept in Redis. It ends by itself, so an instance that
 * dies keeps nobody out for longer; whoever needs it longer renews it. Redis may lose it: what is done under it must be
 * harmless twice. Every method throws Spring's {@code DataAccessException} if Redis is away.
 */
public final class RedisLease {

    private static final RedisScript<Long> ACQUIRE = RedisScript.of("""
            local holder = redis.call('GET', KEYS[1])
            if holder and holder ~= ARGV[1] then
              return 0
            end
            redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
            return 1
            """, Long.class);

    private static final RedisScript<Long> RENEW = RedisScript.of("""
            if redis.call('GET', KEYS[1]) ~= ARGV[1] then
              return 0
            end
            return redis.call('PEXPIRE', KEYS[1], ARGV[2])
            """, Long.class);

    private static final RedisScript<Long> RELEASE = RedisScript.of("""
            if redis.call('GET', KEYS[1]) ~= ARGV[1] then
              return 0
            end
            return redis.call('DEL', KEYS[1])
            """, Long.class);

    private final StringRedisTemplate redis;
    private final String key;
    private final Duration length;
    private final String holder = UUID.randomUUID().toString();

    /**
     * @param key of the lease in Redis
     * @param length after which time it ends unless it is renewed
     */
    public RedisLease(StringRedisTemplate redis, String key, Duration length) {
        this.redis = redis;
        this.key = key;
        this.length = length;
    }

    /**
     * Whether it is ours from now on. So it is where this object took it before and could not give it back, or did not hear
     * that it had it; therefore no two threads take one and the same object.
     */
    public boolean tryAcquire() {
        return redis.execute(ACQUIRE, List.of(key), holder, Long.toString(length.toMillis())) == 1;
    }

    /** Whether it was still ours, and is for its whole length again. */
    public boolean renew() {
        return redis.execute(RENEW, List.of(key), holder, Long.toString(length.toMillis())) == 1;
    }

    /** Gives it back; does nothing where it is another's by now. */
    public void release() {
        redis.execute(RELEASE, List.of(key), holder);
    }
}
