package dev.mobilesync.service.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mobilesync.service.TestRedisConnections;
import dev.mobilesync.testsupport.ProxiedServers;
import dev.mobilesync.testsupport.ServerContract;
import dev.mobilesync.testsupport.TestServers;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.StringRedisTemplate;

/** Tests limits that two instances share, also while Redis is unavailable. */
@TestInstance(Lifecycle.PER_CLASS)
@ServerContract
class RateLimiterIT {

    private static final Duration LONG = Duration.ofHours(1);
    private static final Duration TIMEOUT = Duration.ofMillis(500);
    private static final Duration PROBE_INTERVAL = Duration.ofMillis(200);

    private final ProxiedServers servers = new ProxiedServers(TestServers.shared());
    private final LettuceConnectionFactory redis = TestRedisConnections.connect(servers);
    private final LettuceConnectionFactory otherRedis = TestRedisConnections.connect(servers);
    private final StringRedisTemplate template = new StringRedisTemplate(redis);

    private static RateLimiter limiter(LettuceConnectionFactory redis) {
        return new RateLimiter(redis, PROBE_INTERVAL);
    }

    @AfterAll
    void stop() {
        redis.destroy();
        otherRedis.destroy();
        servers.close();
    }

    @BeforeEach
    void awaitRedis() {
        servers.reset();
        await().atMost(Duration.ofSeconds(30)).ignoreExceptions().until(() -> template.hasKey("any") != null);
    }

    @Test
    void returnsRetryAfter() {
        try (RateLimiter limiter = limiter(redis)) {
            RateLimit limit = new RateLimit("one", 1, Duration.ofSeconds(1));
            assertThat(limiter.tryConsume(limit, "A")).isZero();
            assertThat(limiter.tryConsume(limit, "A")).isPositive().isLessThanOrEqualTo(Duration.ofSeconds(1));
            assertThat(limiter.tryConsume(limit, "B")).isZero();
            await().until(() -> limiter.tryConsume(limit, "A").isZero());
        }
    }

    @Test
    void enforcesSmallLimitsExactly() {
        try (RateLimiter here = limiter(redis);
                RateLimiter there = limiter(otherRedis)) {
            RateLimit limit = new RateLimit("small", 5, LONG);
            assertThat(countAllowed(here, there, limit, 50)).isEqualTo(5);
        }
    }

    @Test
    void exceedsLargeLimitsByTenthPerInstance() {
        try (RateLimiter here = limiter(redis);
                RateLimiter there = limiter(otherRedis)) {
            RateLimit limit = new RateLimit("large", 100, LONG);
            assertThat(countAllowed(here, there, limit, 500)).isBetween(100, 120);
        }
    }

    private static int countAllowed(RateLimiter here, RateLimiter there, RateLimit limit, int attempts) {
        int allowed = 0;
        for (int i = 0; i < attempts; i++) {
            if ((i % 2 == 0 ? here : there).tryConsume(limit, "A").isZero()) {
                allowed++;
            }
        }
        return allowed;
    }

    @Test
    void storesExpiringHashes() {
        try (RateLimiter limiter = limiter(redis)) {
            limiter.tryConsume(new RateLimit("keys", 5, LONG), "secret\r\nDEL *");
            Set<String> keys = Objects.requireNonNull(template.keys("mobile_sync:limit:keys:*"));
            assertThat(keys).singleElement().asString().matches("mobile_sync:limit:keys:5-3600000:[A-Za-z0-9_-]{22}");
            Long seconds = template.getExpire(keys.iterator().next());
            assertThat(seconds).isBetween(1L, LONG.toSeconds());
        }
    }

    @Test
    void countsLocallyWhileRedisIsUnavailable() {
        try (RateLimiter limiter = limiter(redis)) {
            RateLimit limit = new RateLimit("outage", 3, LONG);
            servers.redis().cut();
            for (int i = 0; i < 3; i++) {
                assertThat(limiter.tryConsume(limit, "A")).isZero();
            }
            assertThat(limiter.tryConsume(limit, "A")).isPositive();
            servers.redis().restore();
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> limiter.tryConsume(limit, "A").isZero());
            assertThat(template.keys("mobile_sync:limit:outage:*")).hasSize(1);
        }
    }

    @Test
    void waitsForHangingRedisOnce() {
        try (RateLimiter limiter = limiter(redis)) {
            RateLimit limit = new RateLimit("hangs", 20, LONG);
            servers.redis().freeze();
            long start = System.nanoTime();
            for (int i = 0; i < 20; i++) {
                assertThat(limiter.tryConsume(limit, "A" + i)).isZero();
            }
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMillis(1_500));
        } finally {
            servers.redis().unfreeze();
        }
    }

    @Test
    void concurrentCallsWaitForHangingRedisOnce() throws Exception {
        ExecutorService callers = Executors.newFixedThreadPool(32);
        try (RateLimiter limiter = limiter(redis)) {
            RateLimit limit = new RateLimit("concurrent", 100_000, LONG);
            servers.redis().freeze();
            Callable<Duration> caller = () -> {
                long start = System.nanoTime();
                limiter.tryConsume(limit, "A");
                return Duration.ofNanos(System.nanoTime() - start);
            };
            // Long enough for two further probes.
            Instant end = Instant.now().plus(TIMEOUT.plus(PROBE_INTERVAL).multipliedBy(3));
            int slow = 0;
            while (Instant.now().isBefore(end)) {
                Duration longest = Duration.ZERO;
                for (Future<Duration> each : callers.invokeAll(Collections.nCopies(32, caller))) {
                    longest = Collections.max(List.of(longest, each.get()));
                }
                slow += longest.compareTo(Duration.ofMillis(400)) > 0 ? 1 : 0;
            }
            // Only the first calls wait; later ones do not ask Redis while it hangs.
            assertThat(slow).isBetween(1, 2);
        } finally {
            servers.redis().unfreeze();
            callers.shutdownNow();
        }
    }

    @Test
    void usesRedisThatStartsLater() {
        servers.redis().cut();
        LettuceConnectionFactory late = TestRedisConnections.connect(servers);
        try (RateLimiter limiter = limiter(late)) {
            RateLimit limit = new RateLimit("late", 3, LONG);
            assertThat(limiter.tryConsume(limit, "A")).isZero();
            servers.redis().restore();
            await().atMost(Duration.ofSeconds(30)).until(() -> {
                limiter.tryConsume(limit, "A");
                Set<String> keys = template.keys("mobile_sync:limit:late:*");
                return keys != null && keys.size() == 1;
            });
        } finally {
            late.destroy();
        }
    }
}
