package dev.mobilesync.web.sweep;

import dev.mobilesync.messages.RedisKeys;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.springframework.data.redis.core.StringRedisTemplate;

/**
 * When the last whole sweep began, kept in Redis, so that a Redis that has lost its data has lost this, too, and the
 * next sweep is of everything. There are several marks, so that a cluster's node which loses its part is noticed.
 */
final class ReconciliationWatermark {

    private static final int MARKS = 32;

    private final StringRedisTemplate redis;
    private final Duration timeToLive;

    /**
     * @param timeToLive after which time without a sweep the next one is of everything
     */
    ReconciliationWatermark(StringRedisTemplate redis, Duration timeToLive) {
        this.redis = redis;
        this.timeToLive = timeToLive;
    }

    /** The earliest of the marks; {@code null} if one is missing. */
    @Nullable
    Instant last() {
        Instant earliest = Instant.MAX;
        for (int i = 0; i < MARKS; i++) {
            String mark = redis.opsForValue().get(RedisKeys.sweepMark(i));
            if (mark == null) {
                return null;
            }
            Instant instant = Instant.parse(mark);
            earliest = instant.isBefore(earliest) ? instant : earliest;
        }
        return earliest;
    }

    void set(Instant begin) {
        IntStream.range(0, MARKS)
                .forEach(i -> redis.opsForValue().set(RedisKeys.sweepMark(i), begin.toString(), timeToLive));
    }
}
