package dev.mobilesync.service.ratelimit;

import dev.mobilesync.service.redis.LruCache;
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
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * Limits how often something may be done in a while, over all instances: the tokens are counted in Redis, each key's for
 * as long as it takes to be full again. An instance may use up to a tenth of a limit before it tells the others, which
 * spares Redis most of what it would be asked; limits of less than 10 are exact.
 *
 * <p>While Redis is away each instance counts by itself, so nobody is refused or kept waiting for that.
 */
public final class RateLimiter implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(RateLimiter.class);
    private static final Duration TIMEOUT = Duration.ofMillis(500);
    private static final Duration PROBE_INTERVAL = Duration.ofSeconds(2);
    private static final Duration UNSHARED_TIME = Duration.ofSeconds(5);
    private static final int UNSHARED_PART = 10;
    private static final Duration EXPIRY_MARGIN = Duration.ofSeconds(10);

    private final LettuceConnectionFactory redis;
    private final Duration probeInterval;
    private final LocalRateLimiter local = new LocalRateLimiter();
    private final LruCache<Bucket> shared = new LruCache<>();
    private final AtomicBoolean away = new AtomicBoolean();
    private final ScheduledExecutorService lookout = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "rate-limiter");
        thread.setDaemon(true);
        return thread;
    });
    private volatile @Nullable Redis reached;
    private volatile boolean closed;

    private record Redis(
            StatefulConnection<byte[], byte[]> connection,
            RedisClusterAsyncCommands<byte[], byte[]> commands,
            ProxyManager<byte[]> buckets) {}

    /**
     * @param redis whose server and settings are used, over a connection that is this limiter's own
     */
    public RateLimiter(LettuceConnectionFactory redis) {
        this(redis, PROBE_INTERVAL);
    }

    /**
     * @param probeInterval between two attempts to reach a Redis that is unavailable
     */
    RateLimiter(LettuceConnectionFactory redis, Duration probeInterval) {
        this.redis = redis;
        this.probeInterval = probeInterval;
        try {
            reached = connect();
        } catch (RuntimeException e) {
            onUnavailable(e);
        }
    }

    /**
     * Takes one token. Waits for a Redis that begins to hang, half a second for each time that it is asked, and throws
     * nothing if it is away.
     *
     * @param key whose, such as a device or an address; Redis is given a hash of it
     * @return zero if there was one; otherwise after which time there will be one
     */
    public Duration tryConsume(RateLimit limit, String key) {
        Redis reachable = reached;
        if (away.get() || reachable == null) {
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
        int unshared = limit.tokens() / UNSHARED_PART;
        Optimization optimization = unshared == 0
                ? Optimizations.batching()
                : Optimizations.delaying(new DelayParameters(unshared, UNSHARED_TIME));
        return buckets.builder()
                .withOptimization(optimization)
                .build(name.getBytes(StandardCharsets.UTF_8), limit::configuration);
    }

    private void onUnavailable(RuntimeException e) {
        if (!closed && away.compareAndSet(false, true)) {
            log.warn("Redis is away: limits hold per instance only ({})", e.toString());
            scheduleProbe();
        }
    }

    private void scheduleProbe() {
        try {
            lookout.schedule(this::probe, probeInterval.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            // It was closed meanwhile.
        }
    }

    /** No request has to find out whether Redis is back. */
    private void probe() {
        try {
            Redis reachable = reached;
            if (reachable == null) {
                reachable = connect();
                reached = reachable;
            }
            reachable.commands().ping().get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
            away.set(false);
            log.info("Redis is back: limits hold over all instances");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | ExecutionException | TimeoutException e) {
            scheduleProbe();
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
        closed = true;
        lookout.shutdownNow();
        Redis open = reached;
        // The client may have been stopped before, and its connections with it.
        if (open != null && open.connection().isOpen()) {
            open.connection().close();
        }
    }
}
