package dev.mobilesync.web.reconciliation;

import dev.mobilesync.messages.RedisKeys;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.springframework.data.redis.core.StringRedisTemplate;

/**
 * When the last complete run began. It is kept in Redis, so that a Redis that loses its data loses it too, and the next
 * run inspects all captures. Several keys hold it, spread over the slots of a cluster: a node that loses its share is
 * noticed.
 *
 * @param ttl after which time without a complete run the next one inspects all captures
 */
record ReconciliationWatermark(StringRedisTemplate redis, Duration ttl) {

    private static final int KEYS = 32;
    private static final Duration MAX_CLOCK_DIFFERENCE = Duration.ofMinutes(1);

    /** Returns the earliest of the keys' values; {@code null} if one is missing. */
    @Nullable
    Instant read() {
        Instant earliest = Instant.MAX;
        for (int i = 0; i < KEYS; i++) {
            String value = redis.opsForValue().get(RedisKeys.sweepWatermark(i));
            if (value == null) {
                return null;
            }
            Instant instant = Instant.parse(value);
            earliest = instant.isBefore(earliest) ? instant : earliest;
        }
        return earliest;
    }

    /** As {@link #read}, but resets the watermark to the epoch if a key is missing, or if a wrong clock set it to the future. */
    Instant readOrReset(Instant now) {
        Instant current = read();
        if (current == null || current.isAfter(now.plus(MAX_CLOCK_DIFFERENCE))) {
            write(Instant.EPOCH);
            return Instant.EPOCH;
        }
        return current;
    }

    void write(Instant begin) {
        IntStream.range(0, KEYS)
                .forEach(i -> redis.opsForValue().set(RedisKeys.sweepWatermark(i), begin.toString(), ttl));
    }
}
