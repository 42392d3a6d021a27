package dev.mobilesync.service;

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
import io.lettuce.core.codec.ByteArrayCodec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
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
    private static final Duration PATIENCE = Duration.ofMillis(500);
    private static final Duration ASK_AGAIN = Duration.ofSeconds(2);
    private static final Duration UNSHARED_TIME = Duration.ofSeconds(5);
    private static final int UNSHARED_PART = 10;
    private static final Duration EXPIRY_MARGIN = Duration.ofSeconds(10);

    private final LettuceConnectionFactory redis;
    private final LocalRateLimiter local = new LocalRateLimiter();
    private final RecentlyUsed<Bucket> shared = new RecentlyUsed<>();
    private final AtomicBoolean connecting = new AtomicBoolean();
    private final AtomicBoolean away = new AtomicBoolean();
    private volatile @Nullable StatefulConnection<byte[], byte[]> connection;
    private volatile @Nullable ProxyManager<byte[]> buckets;
    private volatile long askAgainAt = System.nanoTime();
    private volatile boolean closed;

    /**
     * @param redis whose server and settings are used, over a connection that is this limiter's own
     */
    public RateLimiter(LettuceConnectionFactory redis) {
        this.redis = redis;
        connect();
    }

    /**
     * Takes one token. Waits for Redis half a second at most, and throws nothing if it is away.
     *
     * @param key whose, such as a device or an address; Redis is given a hash of it
     * @return zero if there was one; otherwise after which time there will be one
     */
    public Duration tryTake(RateLimit limit, String key) {
        if (System.nanoTime() - askAgainAt < 0) {
            return local.tryTake(limit, key);
        }
        ProxyManager<byte[]> reachable = buckets;
        if (reachable == null) {
            connectBesides();
            return local.tryTake(limit, key);
        }
        try {
            Duration wait =
                    RateLimit.takeFrom(shared.get(limit.bucketKey(key), name -> bucket(reachable, limit, name)));
            if (away.compareAndSet(true, false)) {
                log.info("Redis is back: limits hold over all instances");
            }
            return wait;
        } catch (RuntimeException e) {
            isAway(e);
            return local.tryTake(limit, key);
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

    private void isAway(RuntimeException e) {
        askAgainAt = System.nanoTime() + ASK_AGAIN.toNanos();
        if (!closed && away.compareAndSet(false, true)) {
            log.warn("Redis is away: limits hold per instance only ({})", e.toString());
        }
    }

    private void connectBesides() {
        if (connecting.compareAndSet(false, true)) {
            Thread thread = new Thread(this::connect, "rate-limiter-connect");
            thread.setDaemon(true);
            thread.start();
        }
    }

    private void connect() {
        try {
            AbstractRedisClient client = redis.getRequiredNativeClient();
            LettuceBasedProxyManagerBuilder<byte[]> builder;
            StatefulConnection<byte[], byte[]> opened;
            if (client instanceof RedisClusterClient cluster) {
                StatefulRedisClusterConnection<byte[], byte[]> toCluster = cluster.connect(ByteArrayCodec.INSTANCE);
                builder = Bucket4jLettuce.casBasedBuilder(toCluster);
                opened = toCluster;
            } else {
                StatefulRedisConnection<byte[], byte[]> toOne = ((RedisClient) client).connect(ByteArrayCodec.INSTANCE);
                builder = Bucket4jLettuce.casBasedBuilder(toOne);
                opened = toOne;
            }
            connection = opened;
            buckets = builder.requestTimeout(PATIENCE)
                    .expirationAfterWrite(
                            ExpirationAfterWriteStrategy.basedOnTimeForRefillingBucketUpToMax(EXPIRY_MARGIN))
                    .build();
            if (closed) {
                opened.close();
            }
        } catch (RuntimeException e) {
            isAway(e);
        } finally {
            connecting.set(false);
        }
    }

    @Override
    public void close() {
        closed = true;
        StatefulConnection<byte[], byte[]> open = connection;
        // The client may have been stopped before, and its connections with it.
        if (open != null && open.isOpen()) {
            open.close();
        }
    }
}
