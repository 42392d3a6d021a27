package dev.mobilesync.service.redis;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.data.redis.core.script.RedisScript;

/**
 * A lease in Redis that one instance holds at a time. It expires unless it is renewed, so an instance that dies does not
 * block others. Redis may lose a lease: work under it must be idempotent. Every method throws Spring's
 * {@code DataAccessException} if Redis is unavailable.
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
    private final Duration ttl;
    private final String holder = UUID.randomUUID().toString();

    /**
     * This object no longer holds the lease: it expired because it was not renewed in time, or Redis lost it. Another object
     * may hold it now.
     */
    public static final class LeaseLostException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private LeaseLostException() {
            super("the lease is lost: it expired or Redis lost it; another instance may hold it");
        }
    }

    /**
     * @param key the lease's key in Redis
     * @param ttl the time after which it expires
     */
    public RedisLease(StringRedisTemplate redis, String key, Duration ttl) {
        this.redis = redis;
        this.key = key;
        this.ttl = ttl;
    }

    /**
     * Tries to acquire the lease. Succeeds too if this object holds it already, for example because a reply was lost.
     * Threads must not share one object.
     *
     * @return whether this object holds the lease
     */
    public boolean tryAcquire() {
        return redis.execute(ACQUIRE, List.of(key), holder, Long.toString(ttl.toMillis())) == 1;
    }

    /** Extends the lease by its full length. Returns false if this object no longer holds it. */
    public boolean renew() {
        return redis.execute(RENEW, List.of(key), holder, Long.toString(ttl.toMillis())) == 1;
    }

    /**
     * Extends the lease by its full length.
     *
     * @throws LeaseLostException if this object no longer holds it
     */
    public void requireRenewed() {
        if (!renew()) {
            throw new LeaseLostException();
        }
    }

    /**
     * Acquires the lease, works, and releases it.
     *
     * @return the work's result; {@code false} if another object holds the lease
     */
    public <E extends Exception> boolean runExclusively(Work<E> work) throws E {
        if (!tryAcquire()) {
            return false;
        }
        try {
            return work.run();
        } finally {
            release();
        }
    }

    /** Work under a lease. */
    @FunctionalInterface
    public interface Work<E extends Exception> {

        boolean run() throws E;
    }

    /** Keeps the lease for {@code time} from now, instead of its full length, if this object still holds it. */
    public void keepFor(Duration time) {
        redis.execute(RENEW, List.of(key), holder, Long.toString(time.toMillis()));
    }

    /** Releases the lease if this object still holds it. */
    public void release() {
        redis.execute(RELEASE, List.of(key), holder);
    }
}
