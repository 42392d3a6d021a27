package dev.mobilesync.state;

import dev.mobilesync.messages.RedisKeys;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.data.redis.core.script.RedisScript;

/**
 * The time by the Redis server that keeps the deadlines, so that several instances whose clocks differ mean the same
 * moment. Asked for once; afterwards each scan of the deadlines sets it anew.
 */
final class RedisClock {

    /** Asked with the deadlines' key, so that a cluster asks the node that holds them. */
    private static final RedisScript<String> TIME = RedisScript.of("""
            local time = redis.call('TIME')
            return string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))
            """, String.class);

    private final Clock local;
    private final StringRedisTemplate redis;
    private volatile @Nullable Duration ahead;

    RedisClock(Clock local, StringRedisTemplate redis) {
        this.local = local;
        this.redis = redis;
    }

    /**
     * Now, to the millisecond.
     *
     * @throws org.springframework.dao.DataAccessException if Redis has to be asked and is away
     */
    Instant now() {
        Duration difference = ahead;
        if (difference == null) {
            String millis = redis.execute(TIME, List.of(RedisKeys.DEADLINES));
            difference = set(Instant.ofEpochMilli(Long.parseLong(millis)));
        }
        return local.instant().plus(difference).truncatedTo(ChronoUnit.MILLIS);
    }

    /** What Redis just said. */
    Duration set(Instant redisNow) {
        Duration difference = Duration.between(local.instant(), redisNow);
        ahead = difference;
        return difference;
    }
}
