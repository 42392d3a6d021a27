package dev.mobilesync.service.ratelimit;

import dev.mobilesync.service.redis.LruCache;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.local.LocalBucketBuilder;
import java.time.Duration;

/** Limits how often something may be done in a while, in this process alone. It costs no network. */
final class LocalRateLimiter {

    private final LruCache<Bucket> buckets = new LruCache<>();

    /**
     * Takes one token.
     *
     * @param key whose, such as a device or an address
     * @return zero if there was one; otherwise after which time there will be one
     */
    Duration tryConsume(RateLimit limit, String key) {
        return RateLimit.consumeFrom(buckets.get(limit.bucketKey(key), bucketKey -> newBucket(limit)));
    }

    private static Bucket newBucket(RateLimit limit) {
        LocalBucketBuilder builder = Bucket.builder();
        for (var bandwidth : limit.configuration().getBandwidths()) {
            builder.addLimit(bandwidth);
        }
        return builder.build();
    }
}
