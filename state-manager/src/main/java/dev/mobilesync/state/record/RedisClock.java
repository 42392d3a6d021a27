package dev.mobilesync.state.record;

import dev.mobilesync.messages.RedisKeys;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.data.redis.core.script.RedisScript;
import org.springframework.stereotype.Component;

/**
 * Clock of the Redis node that holds the deadlines, so that instances with different clocks agree. Reads the offset to
 * the local clock once; each scan of the deadlines then updates it.
 */
@Component
public final class RedisClock {

    /** Takes the deadlines' key, so that a cluster runs it on the node that holds them. */
    private static final RedisScript<String> TIME = RedisScript.of("""
            local time = redis.call('TIME')
            return string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))
            """, String.class);

    private final Clock local;
    private final StringRedisTemplate redis;
    private volatile @Nullable Duration offset;

    RedisClock(Clock local, StringRedisTemplate redis) {
        this.local = local;
        this.redis = redis;
    }

    /**
     * Returns the time of Redis in milliseconds.
     *
     * @throws org.springframework.dao.DataAccessException if the offset is not known yet and Redis is unavailable
     */
    public Instant now() {
        Duration current = offset;
        if (current == null) {
            String millis = redis.execute(TIME, List.of(RedisKeys.DEADLINES));
            current = synchronize(Instant.ofEpochMilli(Long.parseLong(millis)));
        }
        return local.instant().plus(current).truncatedTo(ChronoUnit.MILLIS);
    }

    /** Sets the offset from a reply of Redis, and returns it. */
    public Duration synchronize(Instant redisNow) {
        Duration measured = Duration.between(local.instant(), redisNow);
        offset = measured;
        return measured;
    }
}
