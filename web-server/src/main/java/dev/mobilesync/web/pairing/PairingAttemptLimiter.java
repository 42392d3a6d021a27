package dev.mobilesync.web.pairing;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.web.common.ApiException;
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
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.RedisConnectionFactory;

/**
 * How many wrong codes may be typed a minute, from one address and in all, to all instances together. Right ones count
 * for nothing, because a hall full of phones may have one address; but who has used up the wrong ones may not try a right
 * one either. So it is asked first and counted afterwards, and not by {@code RateLimiter}, which takes a token at once
 * and lets pass while Redis is away. Wrong ones that were on their way together are all counted, as a debt if need be: in
 * the long run there are no more than the limit.
 *
 * <p>Every method throws Spring's {@code DataAccessException} if Redis is away: then there is nothing to pair with.
 */
final class PairingAttemptLimiter {

    private static final String KEY = "mobile_sync:pairing_failures:";
    private static final String ALL = "all";
    /** How many times an address's limit each larger network has: of IPv6 a /64, a /56 and a /48. */
    private static final List<Integer> SHARES = List.of(1, 4, 16);

    private static final Duration PER = Duration.ofMinutes(1);
    private static final Duration TIME_LIMIT = Duration.ofSeconds(2);

    private final ProxyManager<byte[]> buckets;
    private final List<BucketConfiguration> perNetwork;
    private final BucketConfiguration inAll;

    PairingAttemptLimiter(RedisConnectionFactory redis, PairingProperties.Pairing settings) {
        this.buckets = new Bucket4jLettuce.LettuceBasedProxyManagerBuilder<>(new SharedConnection<byte[]>(redis))
                .requestTimeout(TIME_LIMIT)
                .expirationAfterWrite(ExpirationAfterWriteStrategy.basedOnTimeForRefillingBucketUpToMax(PER))
                .build();
        this.perNetwork = SHARES.stream()
                .map(share -> perMinute(settings.failuresPerAddress() * share))
                .toList();
        this.inAll = perMinute(settings.failures());
    }

    private static BucketConfiguration perMinute(int tokens) {
        return BucketConfiguration.builder()
                .addLimit(bandwidth -> bandwidth.capacity(tokens).refillGreedy(tokens, PER))
                .build();
    }

    /**
     * Lets pass who may still be wrong.
     *
     * @param networks the client's, from small to large
     * @throws Refusal {@code TOO_MANY_REQUESTS}, with the time to wait
     */
    void requireLeft(List<String> networks) {
        buckets(networks).forEach(PairingAttemptLimiter::requireLeft);
    }

    private List<Bucket> buckets(List<String> networks) {
        List<Bucket> all = new ArrayList<>();
        for (int i = 0; i < networks.size(); i++) {
            all.add(bucket(networks.get(i), perNetwork.get(i)));
        }
        all.add(bucket(ALL, inAll));
        return all;
    }

    private static void requireLeft(Bucket bucket) {
        EstimationProbe probe = orAway(() -> bucket.estimateAbilityToConsume(1));
        if (!probe.canBeConsumed()) {
            throw ApiException.withRetryAfter(
                    Duration.ofNanos(probe.getNanosToWaitForRefill()),
                    ErrorCode.TOO_MANY_REQUESTS,
                    "too many wrong codes were sent");
        }
    }

    /** Counts a wrong code. */
    void failed(List<String> networks) {
        buckets(networks).forEach(bucket -> orAway(() -> bucket.consumeIgnoringRateLimits(1)));
    }

    /** A limit that was changed counts anew: a bucket remembers the limit that it was made for. */
    private Bucket bucket(String who, BucketConfiguration configuration) {
        String key = KEY + configuration.getBandwidths()[0].getCapacity() + ":" + who;
        return buckets.builder().build(key.getBytes(StandardCharsets.UTF_8), () -> configuration);
    }

    private static <T> T orAway(Supplier<T> call) {
        try {
            return call.get();
        } catch (RedisException | TimeoutException | CompletionException e) {
            throw new QueryTimeoutException("wrong codes cannot be counted", e);
        }
    }

    /**
     * The connection that everything else uses, to one Redis or to a cluster.
     *
     * @param <K> a type variable, because bucket4j's arrays of keys are none of {@code byte[][]}
     */
    private record SharedConnection<K>(RedisConnectionFactory factory) implements RedisApi<K> {

        @Override
        public <V> RedisFuture<V> eval(String script, ScriptOutputType type, K[] keys, byte[][] arguments) {
            return call(redis -> redis.eval(script, type, keys, arguments));
        }

        @Override
        public RedisFuture<byte[]> get(K key) {
            return call(redis -> redis.get(key));
        }

        @Override
        @SuppressWarnings("unchecked")
        public RedisFuture<?> delete(K key) {
            return call(redis -> redis.del(key));
        }

        @SuppressWarnings("unchecked")
        private <V> RedisFuture<V> call(Function<RedisClusterAsyncCommands<K, byte[]>, RedisFuture<V>> command) {
            try (RedisConnection connection = factory.getConnection()) {
                return command.apply((RedisClusterAsyncCommands<K, byte[]>) connection.getNativeConnection());
            }
        }
    }
}
