package dev.mobilesync.web.order;

import dev.mobilesync.messages.MobileSyncOrder;
import dev.mobilesync.service.hash.Sha256;
import dev.mobilesync.service.security.AuthenticatedCaller.PlanSupervisor;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.data.redis.core.script.RedisScript;
import org.springframework.stereotype.Component;

/**
 * The {@code Idempotency-Key} of each order in Redis, for 24 hours. Neither the caller nor the key nor the order is readable
 * there. Methods throw Spring's {@code DataAccessException}.
 */
@Component
class IdempotencyKeyStore {

    private static final Duration TIME_TO_LIVE = Duration.ofHours(24);

    /** Returns the entry that exists, or stores this one. ARGV: entry, time to live in ms. */
    private static final RedisScript<String> RESERVE = RedisScript.of("""
            local present = redis.call('GET', KEYS[1])
            if not present then
              redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
            end
            return present or ARGV[1]
            """, String.class);

    private final StringRedisTemplate redis;

    IdempotencyKeyStore(StringRedisTemplate redis) {
        this.redis = redis;
    }

    /**
     * What Redis stores of an order.
     *
     * @param fingerprint hash of the order without its time
     * @param timestamp when the order was given
     * @param confirmed whether the broker has confirmed the order
     */
    record Entry(String fingerprint, Instant timestamp, boolean confirmed) {

        static Entry of(MobileSyncOrder order) {
            return new Entry(fingerprint(order), order.timestamp(), false);
        }

        private static Entry parse(String value) {
            String[] parts = value.split(" ", -1);
            return new Entry(parts[0], Instant.ofEpochMilli(Long.parseLong(parts[1])), parts[2].equals("confirmed"));
        }

        private String value() {
            return fingerprint + " " + timestamp.toEpochMilli() + " " + (confirmed ? "confirmed" : "reserved");
        }

        boolean isOf(MobileSyncOrder order) {
            return fingerprint.equals(fingerprint(order));
        }

        private static String fingerprint(MobileSyncOrder order) {
            return Sha256.hex(String.join(
                    "\n",
                    order.planId(),
                    order.examineeId(),
                    order.order().name(),
                    String.valueOf(order.deadline()),
                    order.reason()));
        }
    }

    /** Stores the order under the caller's key, unless the key is stored. Returns what is stored. */
    Entry reserve(PlanSupervisor by, String key, MobileSyncOrder order) {
        String stored = redis.execute(
                RESERVE, List.of(redisKey(by, key)), Entry.of(order).value(), Long.toString(TIME_TO_LIVE.toMillis()));
        return Entry.parse(stored);
    }

    /** Stores that the broker has confirmed the order. */
    void confirm(PlanSupervisor by, String key, Entry entry) {
        Entry confirmed = new Entry(entry.fingerprint, entry.timestamp, true);
        redis.opsForValue().set(redisKey(by, key), confirmed.value(), TIME_TO_LIVE);
    }

    private static String redisKey(PlanSupervisor by, String key) {
        return "mobile_sync:order:" + Sha256.hex(String.join("\n", by.role(), by.subject(), key));
    }
}
