package dev.mobilesync.service.ratelimit;

import dev.mobilesync.service.cache.LruCache;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.distributed.ExpirationAfterWriteStrategy;
import io.github.bucket4j.distributed.proxy.ProxyManager;
import io.github.bucket4j.distributed.proxy.optimization.DelayParameters;
import io.github.bucket4j.distributed.proxy.optimization.Optimization;
import io.github.bucket4j.distributed.proxy.optimization.Optimizations;
import io.github.bucket4j.redis.lettuce.Bucket4jLettuce;
import io.github.bucket4j.redis.lettuce.Bucket4jLettuce.LettuceBasedProxyManagerBuilder;
import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * Limits rates across all instances. The buckets are kept in Redis until they are full again. To save round trips, an
 * instance may consume up to a tenth of a limit before it updates Redis; limits below 10 are exact.
 *
 * <p>While Redis is unavailable, each instance limits by itself.
 */
public final class RateLimiter implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(RateLimiter.class);
    private static final Duration TIMEOUT = Duration.ofMillis(500);
    private static final Duration PROBE_INTERVAL = Duration.ofSeconds(2);
    // An instance updates Redis after this time, or when it has consumed this part (1/n) of a limit.
    private static final Duration LOCAL_TIME = Duration.ofSeconds(5);
    private static final int LOCAL_SHARE = 10;
    private static final Duration EXPIRY_MARGIN = Duration.ofSeconds(10);

    private final LettuceConnectionFactory redis;
    private final LocalRateLimiter local = new LocalRateLimiter();
    private final LruCache<String, Bucket> shared = new LruCache<>();
    private final AtomicBoolean unavailable = new AtomicBoolean();
    private final ScheduledExecutorService probeScheduler = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "rate-limiter");
        thread.setDaemon(true);
        return thread;
    });
    private volatile @Nullable Redis current;

    private record Redis(
            StatefulConnection<byte[], byte[]> connection,
            RedisClusterAsyncCommands<byte[], byte[]> commands,
            ProxyManager<byte[]> buckets) {}

    /**
     * @param redis provides the client; the limiter opens its own connection
     */
    public RateLimiter(LettuceConnectionFactory redis) {
        this(redis, PROBE_INTERVAL);
    }

    /**
     * @param probeInterval the pause between two attempts to reach an unavailable Redis
     */
    RateLimiter(LettuceConnectionFactory redis, Duration probeInterval) {
        this.redis = redis;
        try {
            current = connect();
        } catch (RuntimeException e) {
            onUnavailable(e);
        }
        probeScheduler.scheduleWithFixedDelay(
                this::probe, probeInterval.toMillis(), probeInterval.toMillis(), TimeUnit.MILLISECONDS);
    }

    /**
     * Consumes one token. Waits up to 500 ms for Redis and does not throw if it is unavailable.
     *
     * @param key the limited subject, such as an examinee or an address; stored as a hash
     * @return zero if a token was consumed; otherwise the time until one is available
     */
    public Duration tryConsume(RateLimit limit, String key) {
        Redis reachable = current;
        if (unavailable.get() || reachable == null) {
            return local.tryConsume(limit, key);
        }
        try {
            return RateLimit.consumeFrom(
                    shared.get(limit.bucketKey(key), name -> bucket(reachable.buckets(), limit, name)));
        } catch (RuntimeException e) {
            onUnavailable(e);
            return local.tryConsume(limit, key);
        }
    }

    private static Bucket bucket(ProxyManager<byte[]> buckets, RateLimit limit, String name) {
        int localTokens = limit.tokens() / LOCAL_SHARE;
        Optimization optimization = localTokens == 0
                ? Optimizations.batching()
                : Optimizations.delaying(new DelayParameters(localTokens, LOCAL_TIME));
        return buckets.builder()
                .withOptimization(optimization)
                .build(name.getBytes(StandardCharsets.UTF_8), limit::configuration);
    }

    private void onUnavailable(RuntimeException e) {
        if (!probeScheduler.isShutdown() && unavailable.compareAndSet(false, true)) {
            log.warn("Redis is unavailable: limits apply per instance ({})", e.toString());
        }
    }

    /** Checks an unavailable Redis in the background, so that no request waits for it. */
    private void probe() {
        if (!unavailable.get()) {
            return;
        }
        try {
            Redis reachable = current;
            if (reachable == null) {
                reachable = connect();
                current = reachable;
            }
            reachable.commands().ping().get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
            unavailable.set(false);
            log.info("Redis is available: limits apply across instances");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | ExecutionException | TimeoutException e) {
            log.debug("Redis is still unavailable", e);
        }
    }

    private Redis connect() {
        AbstractRedisClient client = redis.getRequiredNativeClient();
        if (client instanceof RedisClusterClient cluster) {
            StatefulRedisClusterConnection<byte[], byte[]> connection = cluster.connect(ByteArrayCodec.INSTANCE);
            return new Redis(connection, connection.async(), buckets(Bucket4jLettuce.casBasedBuilder(connection)));
        }
        StatefulRedisConnection<byte[], byte[]> connection = ((RedisClient) client).connect(ByteArrayCodec.INSTANCE);
        return new Redis(connection, connection.async(), buckets(Bucket4jLettuce.casBasedBuilder(connection)));
    }

    private static ProxyManager<byte[]> buckets(LettuceBasedProxyManagerBuilder<byte[]> builder) {
        return builder.requestTimeout(TIMEOUT)
                .expirationAfterWrite(ExpirationAfterWriteStrategy.basedOnTimeForRefillingBucketUpToMax(EXPIRY_MARGIN))
                .build();
    }

    @Override
    public void close() {
        probeScheduler.shutdownNow();
        Redis open = current;
        // The client and its connections may be stopped already.
        if (open != null && open.connection().isOpen()) {
            open.connection().close();
        }
    }
}
