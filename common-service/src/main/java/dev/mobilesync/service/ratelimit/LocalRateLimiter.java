package dev.mobilesync.service.ratelimit;

import dev.mobilesync.service.cache.LruCache;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.local.LocalBucketBuilder;
import java.time.Duration;

/** Limits rates within this process, without Redis. */
final class LocalRateLimiter {

    private final LruCache<String, Bucket> buckets = new LruCache<>();

    /**
     * Consumes one token.
     *
     * @param key the limited subject, such as an examinee or an address
     * @return zero if a token was consumed; otherwise the time until one is available
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
