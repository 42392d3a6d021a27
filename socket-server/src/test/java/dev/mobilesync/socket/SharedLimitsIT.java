package dev.mobilesync.socket;

import dev.mobilesync.socket.limit.TokenConnectionLimiter;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

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
import org.junit.jupiter.api.Test;
import org.springframework.data.redis.core.StringRedisTemplate;

/** Limits that two instances share, one of which may lose its Redis. A token has a limit of two connections. */
@ServerContract
class SharedLimitsIT {

    private static final Duration SECONDS = Duration.ofSeconds(20);
    private final NetworkProxy proxy = SharedSocketServers.proxies().redis();
    private final SocketServerFixture here = SharedSocketServers.withLowLimits();
    private final SocketServerFixture there = SharedSocketServers.behindProxies();
    private final StringRedisTemplate redis = here.bean(StringRedisTemplate.class);

    @AfterEach
    void restoreNetwork() {
        proxy.reset();
    }

    @Test
    void aTokensConnectionsCountOnAllInstances() {
        String token = token("both");
        awaitShared();
        Set<String> before = counts();
        try (StompTestClient one = here.connect(token)) {
            StompTestClient two = there.connect(token);
            assertRefused(here, token);
            assertRefused(there, token);
            assertThat(one.isOpen() && two.isOpen()).isTrue();

            two.abort();
            awaitRoom(here, token);
        }
        await().until(() -> here.bean(TokenConnectionLimiter.class).tokens() == 0);
        await().until(this::counts, before::equals);
    }

    @Test
    void redisKeepsAHashThatExpiresWithTheToken() {
        awaitShared();
        Set<String> before = counts();
        try (StompTestClient one = here.connect(token("hash"))) {
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
    void withoutRedisAnInstanceCountsByItselfAndLaterAllOfThemTogether() {
        String token = token("away");
        awaitShared();
        StompTestClient before = there.connect(token);
        proxy.cut();
        try {
            await().until(() -> {
                there.connect(token).close();
                return !there.bean(TokenConnectionLimiter.class).areShared();
            });
            // Those of an instance that is silent stop counting.
            await().atMost(SECONDS).untilAsserted(() -> {
                try (StompTestClient one = here.connect(token);
                        StompTestClient two = here.connect(token)) {
                    assertThat(one.isOpen() && two.isOpen()).isTrue();
                }
            });
            try (StompTestClient second = there.connect(token)) {
                assertRefused(there, token);
                assertThat(second.isOpen()).isTrue();
            }
            before.abort();
            await().until(() -> there.bean(TokenConnectionLimiter.class).tokens() == 0);
        } finally {
            proxy.restore();
        }
        awaitShared();
        try (StompTestClient one = there.connect(token);
                StompTestClient two = here.connect(token)) {
            assertThat(one.isOpen() && two.isOpen())
                    .as("what ended meanwhile counts for nothing")
                    .isTrue();
            assertRefused(here, token);
            assertRefused(there, token);
        }
    }

    @Test
    void whatConnectedWhileRedisWasAwayCountsLater() {
        String token = token("meanwhile");
        awaitShared();
        proxy.cut();
        try (StompTestClient one = there.connect(token);
                StompTestClient two = there.connect(token)) {
            proxy.restore();
            await().atMost(SECONDS).until(() -> isRefused(here, token));
            assertRefused(here, token);
            assertThat(one.isOpen() && two.isOpen()).isTrue();
        }
    }

    @Test
    void aRedisThatHangsKeepsNobodyWaitingForLong() {
        awaitShared();
        proxy.freeze();
        try {
            long start = System.nanoTime();
            for (int i = 0; i < 5; i++) {
                there.connect(token("hangs" + i)).close();
            }
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(4));
        } finally {
            proxy.unfreeze();
        }
    }

    @Test
    void anAddressMayConnectSoOftenToAllInstancesTogether() throws Exception {
        awaitShared();
        for (int i = 0; i < SharedSocketServers.CONNECTS_PER_ADDRESS; i++) {
            (i % 2 == 0 ? here : there).open("198.51.100.7", Map.of()).close();
        }
        for (SocketServerFixture each : new SocketServerFixture[] {here, there}) {
            assertThatThrownBy(() -> each.open("198.51.100.7", Map.of()))
                    .isInstanceOfSatisfying(WebSocketHandshakeException.class, refused -> assertThat(
                                    refused.getResponse().statusCode())
                            .isEqualTo(429));
        }
    }

    private void awaitShared() {
        await().atMost(SECONDS)
                .until(() -> here.bean(TokenConnectionLimiter.class).areShared()
                        && there.bean(TokenConnectionLimiter.class).areShared());
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

    private void awaitRoom(SocketServerFixture instance, String token) {
        await().atMost(SECONDS)
                .ignoreExceptionsInstanceOf(AssertionError.class)
                .untilAsserted(() -> instance.connect(token).close());
    }

    private static boolean isRefused(SocketServerFixture instance, String token) {
        try (StompTestClient third = login(instance, token)) {
            third.connected();
            return false;
        } catch (AssertionError refused) {
            return true;
        }
    }

    private static void assertRefused(SocketServerFixture instance, String token) {
        try (StompTestClient third = login(instance, token)) {
            assertThat(third.awaitClose().reason()).startsWith("TOO_MANY_CONNECTIONS:");
            assertThat(third.awaitClose().code()).isEqualTo(1013);
        }
    }
}
