package dev.mobilesync.web.pairing;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.service.redis.LettuceCommands;
import dev.mobilesync.web.common.WebServerProperties;
import dev.mobilesync.web.http.ApiException;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.EstimationProbe;
import io.github.bucket4j.TimeoutException;
import io.github.bucket4j.distributed.ExpirationAfterWriteStrategy;
import io.github.bucket4j.distributed.proxy.ProxyManager;
import io.github.bucket4j.redis.lettuce.Bucket4jLettuce;
import io.github.bucket4j.redis.lettuce.RedisApi;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.ScriptOutputType;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.data.redis.connection.RedisConnectionFactory;

/**
 * Limits wrong typed codes per minute, per client network and in total, across all instances.
 *
 * <p>Valid codes do not count, because all phones of a hall may share one address. Once the limit is exhausted, valid codes are
 * rejected too, so the limit is checked before a code is. Concurrent wrong codes may exceed the limit, but the average rate
 * holds.
 *
 * <p>{@code RateLimiter} does not fit: it counts every code, and each instance limits by itself while Redis is unavailable.
 *
 * <p>Methods throw Spring's {@code DataAccessException} if Redis is unavailable; pairing needs Redis anyway.
 */
final class WrongCodeLimiter {

    private static final String KEY = "mobile_sync:pairing_failures:";
    private static final String TOTAL = "all";
    /** Multiples of the per-address limit for networks of increasing size: IPv6 /64, /56 and /48. */
    private static final List<Integer> MULTIPLES = List.of(1, 4, 16);

    private static final Duration PERIOD = Duration.ofMinutes(1);
    private static final Duration TIMEOUT = Duration.ofSeconds(2);

    private final ProxyManager<byte[]> buckets;
    private final List<BucketConfiguration> perNetwork;
    private final BucketConfiguration total;

    WrongCodeLimiter(RedisConnectionFactory redis, WebServerProperties.Pairing properties) {
        this.buckets = new Bucket4jLettuce.LettuceBasedProxyManagerBuilder<>(new SharedConnection<byte[]>(redis))
                .requestTimeout(TIMEOUT)
                .expirationAfterWrite(ExpirationAfterWriteStrategy.basedOnTimeForRefillingBucketUpToMax(PERIOD))
                .build();
        this.perNetwork = MULTIPLES.stream()
                .map(multiple -> perMinute(properties.maxWrongCodesPerAddress() * multiple))
                .toList();
        this.total = perMinute(properties.maxWrongCodes());
    }

    private static BucketConfiguration perMinute(int tokens) {
        return BucketConfiguration.builder()
                .addLimit(bandwidth -> bandwidth.capacity(tokens).refillGreedy(tokens, PERIOD))
                .build();
    }

    /** Checks the limits of the networks, which are ordered from small to large, and consumes nothing. */
    void requireRemaining(List<String> networks) {
        buckets(networks).forEach(WrongCodeLimiter::requireRemaining);
    }

    private List<Bucket> buckets(List<String> networks) {
        List<Bucket> all = new ArrayList<>();
        for (int i = 0; i < networks.size(); i++) {
            all.add(bucket(networks.get(i), perNetwork.get(i)));
        }
        all.add(bucket(TOTAL, total));
        return all;
    }

    private static void requireRemaining(Bucket bucket) {
        EstimationProbe probe = translatingErrors(() -> bucket.estimateAbilityToConsume(1));
        if (!probe.canBeConsumed()) {
            throw ApiException.withRetryAfter(
                    Duration.ofNanos(probe.getNanosToWaitForRefill()),
                    ErrorCode.TOO_MANY_REQUESTS,
                    "too many wrong codes");
        }
    }

    void recordFailure(List<String> networks) {
        buckets(networks).forEach(bucket -> translatingErrors(() -> bucket.consumeIgnoringRateLimits(1)));
    }

    /** The key contains the limit, because an existing bucket would keep its old one. */
    private Bucket bucket(String network, BucketConfiguration configuration) {
        String key = KEY + configuration.getBandwidths()[0].getCapacity() + ":" + network;
        return buckets.builder().build(key.getBytes(StandardCharsets.UTF_8), () -> configuration);
    }

    private static <T> T translatingErrors(Supplier<T> call) {
        try {
            return call.get();
        } catch (RedisException | TimeoutException | CompletionException e) {
            throw new QueryTimeoutException("wrong codes cannot be counted", e);
        }
    }

    /**
     * The shared connection, to one Redis or to a cluster.
     *
     * @param <K> a type variable, because bucket4j's key arrays are not of type {@code byte[][]}
     */
    private record SharedConnection<K>(RedisConnectionFactory factory) implements RedisApi<K> {

        @Override
        public <V> RedisFuture<V> eval(String script, ScriptOutputType type, K[] keys, byte[][] arguments) {
            return LettuceCommands.<K, V>send(factory, redis -> redis.eval(script, type, keys, arguments));
        }

        @Override
        public RedisFuture<byte[]> get(K key) {
            return LettuceCommands.<K, byte[]>send(factory, redis -> redis.get(key));
        }

        @Override
        @SuppressWarnings("unchecked")
        public RedisFuture<?> delete(K key) {
            return LettuceCommands.<K, Long>send(factory, redis -> redis.del(key));
        }
    }
}
