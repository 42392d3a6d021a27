package dev.mobilesync.service.ratelimit;

import dev.mobilesync.service.hash.Sha256;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.ConsumptionProbe;
import java.time.Duration;

/**
 * A token bucket: up to {@code tokens} at once, refilled evenly by {@code tokens} in each {@code per}.
 *
 * @param name such as {@code uploads-per-examinee}: lower-case letters, digits and hyphens
 * @param tokens at least 1
 * @param per at least 1 s
 */
public record RateLimit(String name, int tokens, Duration per) {

    public RateLimit {
        if (!name.matches("[a-z][a-z0-9-]{0,63}")) {
            throw new IllegalArgumentException("a limit's name has small letters, digits and hyphens");
        }
        if (tokens < 1 || per.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new IllegalArgumentException("a limit has 1 or more tokens in 1 s or more");
        }
    }

    public static RateLimit perMinute(String name, int tokens) {
        return new RateLimit(name, tokens, Duration.ofMinutes(1));
    }

    /**
     * Returns the Redis key of a bucket. It contains a hash of the key, which a client may have chosen. A changed limit
     * gets a new bucket.
     */
    String bucketKey(String key) {
        return "mobile_sync:limit:" + name + ":" + tokens + "-" + per.toMillis() + ":" + Sha256.truncated(key);
    }

    BucketConfiguration configuration() {
        return BucketConfiguration.builder()
                .addLimit(bandwidth -> bandwidth.capacity(tokens).refillGreedy(tokens, per))
                .build();
    }

    /** Consumes one token. Returns zero, or the time until a token is available. */
    static Duration consumeFrom(Bucket bucket) {
        ConsumptionProbe probe = bucket.tryConsumeAndReturnRemaining(1);
        return probe.isConsumed() ? Duration.ZERO : Duration.ofNanos(Math.max(1, probe.getNanosToWaitForRefill()));
    }
}
