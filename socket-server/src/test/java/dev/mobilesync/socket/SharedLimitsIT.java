package dev.mobilesync.socket;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mobilesync.socket.limit.TokenConnectionLimiter;
import dev.mobilesync.testsupport.NetworkProxy;
import dev.mobilesync.testsupport.ServerContract;
import dev.mobilesync.testsupport.StompTestClient;
import dev.mobilesync.testsupport.TestTokens;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.data.redis.core.StringRedisTemplate;

/** Limits over two instances, one of which may lose Redis. The limit is two connections per token. */
@Tag("slow")
@ServerContract
class SharedLimitsIT {

    private static final Duration SECONDS = Duration.ofSeconds(60);
    private final NetworkProxy proxy = SharedSocketServers.proxies().redis();
    private final SocketServerFixture direct = SharedSocketServers.withLowLimits();
    private final SocketServerFixture proxied = SharedSocketServers.behindProxies();
    private final StringRedisTemplate redis = direct.bean(StringRedisTemplate.class);

    @AfterEach
    void restoreNetwork() {
        proxy.reset();
    }

    @Test
    void countsConnectionsOnAllInstances() {
        String token = token("both");
        awaitRedisAvailable();
        Set<String> before = counts();
        try (StompTestClient one = direct.connect(token)) {
            StompTestClient two = proxied.connect(token);
            assertRefused(direct, token);
            assertRefused(proxied, token);
            assertThat(one.isOpen() && two.isOpen()).isTrue();

            two.abort();
            awaitFreeConnection(direct, token);
        }
        await().until(() -> direct.bean(TokenConnectionLimiter.class).tokenCount() == 0);
        await().until(this::counts, before::equals);
    }

    @Test
    void countExpiresWithToken() {
        awaitRedisAvailable();
        Set<String> before = counts();
        try (StompTestClient one = direct.connect(token("hash"))) {
            Set<String> keys = counts();
            keys.removeAll(before);
            assertThat(keys).singleElement().asString().matches("mobile_sync:connections:[A-Za-z0-9_-]{22}");
            String key = keys.iterator().next();
            assertThat(redis.opsForHash().values(key)).containsExactly("1");
            assertThat(redis.getExpire(key)).isBetween(60L, Duration.ofHours(25).toSeconds());
            assertThat(one.isOpen()).isTrue();
        }
    }

    @Test
    void countsLocallyWithoutRedis() {
        String token = token("outage");
        awaitRedisAvailable();
        StompTestClient before = proxied.connect(token);
        proxy.cut();
        try {
            // The connection before may not be released yet.
            await().ignoreExceptionsInstanceOf(AssertionError.class).until(() -> {
                proxied.connect(token).close();
                return !proxied.bean(TokenConnectionLimiter.class).isRedisAvailable();
            });
            // Counts of an instance without a heart-beat are ignored.
            await().atMost(SECONDS).untilAsserted(() -> {
                try (StompTestClient one = direct.connect(token);
                        StompTestClient two = direct.connect(token)) {
                    assertThat(one.isOpen() && two.isOpen()).isTrue();
                }
            });
            try (StompTestClient second = proxied.connect(token)) {
                assertRefused(proxied, token);
                assertThat(second.isOpen()).isTrue();
            }
            before.abort();
            await().until(() -> proxied.bean(TokenConnectionLimiter.class).tokenCount() == 0);
        } finally {
            proxy.restore();
        }
        awaitRedisAvailable();
        try (StompTestClient one = proxied.connect(token);
                StompTestClient two = direct.connect(token)) {
            assertThat(one.isOpen() && two.isOpen())
                    .as("connections that ended during the outage do not count")
                    .isTrue();
            assertRefused(direct, token);
            assertRefused(proxied, token);
        }
    }

    @Test
    void countsConnectionsOfOutageAfterwards() {
        String token = token("meanwhile");
        awaitRedisAvailable();
        proxy.cut();
        try (StompTestClient one = proxied.connect(token);
                StompTestClient two = proxied.connect(token)) {
            proxy.restore();
            await().atMost(SECONDS).until(() -> isRefused(direct, token));
            assertRefused(direct, token);
            assertThat(one.isOpen() && two.isOpen()).isTrue();
        }
    }

    @Test
    void limitsWaitForHangingRedis() {
        awaitRedisAvailable();
        proxy.freeze();
        try {
            Duration fastest = Duration.ofDays(1);
            for (int i = 0; i < 5; i++) {
                long start = System.nanoTime();
                proxied.connect(token("hangs" + i)).close();
                Duration took = Duration.ofNanos(System.nanoTime() - start);
                fastest = took.compareTo(fastest) < 0 ? took : fastest;
            }
            assertThat(fastest).as("of five, because the machine may stall").isLessThan(Duration.ofSeconds(2));
        } finally {
            proxy.unfreeze();
        }
    }

    @Test
    void limitsHandshakesOverAllInstances() throws Exception {
        awaitRedisAvailable();
        long start = System.nanoTime();
        int accepted = 0;
        for (; accepted < SharedSocketServers.HANDSHAKES_PER_ADDRESS; accepted++) {
            (accepted % 2 == 0 ? direct : proxied)
                    .open("198.51.100.7", Map.of())
                    .close();
        }
        for (SocketServerFixture each : new SocketServerFixture[] {direct, proxied}) {
            accepted += acceptedUntilLimit(each, "198.51.100.7");
        }
        double minutes = (System.nanoTime() - start) / 60e9;
        assertThat((double) accepted)
                .as("the limiter refills permits while the test runs")
                .isLessThanOrEqualTo(SharedSocketServers.HANDSHAKES_PER_ADDRESS * (1 + minutes));
    }

    private static int acceptedUntilLimit(SocketServerFixture instance, String address) {
        for (int accepted = 0; ; accepted++) {
            try {
                instance.open(address, Map.of()).close();
            } catch (WebSocketHandshakeException refused) {
                assertThat(refused.getResponse().statusCode()).isEqualTo(429);
                return accepted;
            }
        }
    }

    private void awaitRedisAvailable() {
        await().atMost(SECONDS)
                .until(() -> direct.bean(TokenConnectionLimiter.class).isRedisAvailable()
                        && proxied.bean(TokenConnectionLimiter.class).isRedisAvailable());
    }

    private Set<String> counts() {
        return new HashSet<>(requireNonNull(redis.keys("mobile_sync:connections:*")));
    }

    private static String token(String jti) {
        return TestTokens.mint(Map.of("role", "examinee", "plan", "P001", "examinee", "E001", "jti", jti));
    }

    private static StompTestClient login(SocketServerFixture instance, String token) {
        StompTestClient client = instance.open();
        client.login(token, Map.of());
        return client;
    }

    private void awaitFreeConnection(SocketServerFixture instance, String token) {
        await().atMost(SECONDS)
                .ignoreExceptionsInstanceOf(AssertionError.class)
                .untilAsserted(() -> instance.connect(token).close());
    }

    private static boolean isRefused(SocketServerFixture instance, String token) {
        try (StompTestClient third = login(instance, token)) {
            try {
                third.connected();
                return false;
            } catch (AssertionError refused) {
                assertThat(third.awaitClose().reason()).startsWith("TOO_MANY_CONNECTIONS:");
                assertThat(third.awaitClose().code()).isEqualTo(1013);
                return true;
            }
        }
    }

    private static void assertRefused(SocketServerFixture instance, String token) {
        // If Redis does not answer within half a second, an instance accepts up to its own limit.
        await().until(() -> isRefused(instance, token));
    }
}
