package dev.mobilesync.socket;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.mobilesync.testsupport.NeedsRealServers;
import dev.mobilesync.testsupport.ProxiedServers;
import dev.mobilesync.testsupport.RealServers;
import dev.mobilesync.testsupport.StompTestClient;
import dev.mobilesync.testsupport.TestTokens;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.springframework.data.redis.core.StringRedisTemplate;

/** Limits that two instances share, one of which may lose its Redis. Each token has a limit of two connections. */
@org.junit.jupiter.api.TestInstance(Lifecycle.PER_CLASS)
@NeedsRealServers
class SharedLimitsIT {

    private static final Duration SECONDS = Duration.ofSeconds(20);
    private static final String[] LIMITS = {
        "mobile-sync.limits.connections-per-token=2",
        "mobile-sync.limits.connects-per-address=9",
        "mobile-sync.trusted-proxies=127.0.0.0/8"
    };

    private final ProxiedServers servers = new ProxiedServers(RealServers.open());
    private final TestInstance here = start(servers.behind().properties(), "broadcast_queue.here");
    private final TestInstance there = start(servers.properties(), "broadcast_queue.there");
    private final StringRedisTemplate redis = here.bean(StringRedisTemplate.class);
    private int addresses;

    private static TestInstance start(Map<String, String> servers, String queue) {
        String[] settings = java.util.Arrays.copyOf(LIMITS, LIMITS.length + 1);
        settings[LIMITS.length] = "mobile-sync.socket-queue=" + queue;
        return TestInstance.start(servers, settings);
    }

    @AfterAll
    void stop() {
        here.close();
        there.close();
        servers.close();
    }

    @Test
    void aTokensConnectionsCountOnAllInstances() {
        String token = token("both");
        awaitShared();
        try (StompTestClient one = connect(here, token)) {
            StompTestClient two = connect(there, token);
            assertRefused(here, token);
            assertRefused(there, token);
            assertThat(one.isOpen() && two.isOpen()).isTrue();

            two.abort();
            awaitRoom(here, token);
        }
        await().until(() -> here.bean(TokenConnections.class).tokens() == 0);
        await().until(() -> requireNonNull(redis.keys("mobile_sync:connections:*")), Set::isEmpty);
    }

    @Test
    void redisKeepsAHashThatExpiresWithTheToken() {
        awaitShared();
        try (StompTestClient one = connect(here, token("hash"))) {
            Set<String> keys = requireNonNull(redis.keys("mobile_sync:connections:*"));
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
        StompTestClient before = connect(there, token);
        servers.redis().cut();
        try {
            await().until(() -> {
                connect(there, token).close();
                return !there.bean(TokenConnections.class).areShared();
            });
            // Those of an instance that is silent stop counting.
            await().atMost(SECONDS).untilAsserted(() -> {
                try (StompTestClient one = connect(here, token);
                        StompTestClient two = connect(here, token)) {
                    assertThat(one.isOpen() && two.isOpen()).isTrue();
                }
            });
            try (StompTestClient second = connect(there, token)) {
                assertRefused(there, token);
                assertThat(second.isOpen()).isTrue();
            }
            before.abort();
            await().until(() -> there.bean(TokenConnections.class).tokens() == 0);
        } finally {
            servers.redis().restore();
        }
        awaitShared();
        try (StompTestClient one = connect(there, token);
                StompTestClient two = connect(here, token)) {
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
        servers.redis().cut();
        try (StompTestClient one = connect(there, token);
                StompTestClient two = connect(there, token)) {
            servers.redis().restore();
            await().atMost(SECONDS).untilAsserted(() -> assertRefused(here, token));
            assertThat(one.isOpen() && two.isOpen()).isTrue();
        }
    }

    @Test
    void aRedisThatHangsKeepsNobodyWaitingForLong() {
        awaitShared();
        servers.redis().freeze();
        try {
            long start = System.nanoTime();
            for (int i = 0; i < 5; i++) {
                connect(there, token("hangs" + i)).close();
            }
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(4));
        } finally {
            servers.redis().unfreeze();
        }
    }

    @Test
    void anAddressMayConnectSoOftenToAllInstancesTogether() {
        awaitShared();
        for (int i = 0; i < 9; i++) {
            open(i % 2 == 0 ? here : there, "198.51.100.7").close();
        }
        for (TestInstance each : new TestInstance[] {here, there}) {
            assertThatThrownBy(() -> StompTestClient.open(each.uri(), Map.of("X-Forwarded-For", "198.51.100.7")))
                    .isInstanceOfSatisfying(WebSocketHandshakeException.class, refused -> assertThat(
                                    refused.getResponse().statusCode())
                            .isEqualTo(429));
        }
    }

    private void awaitShared() {
        await().atMost(SECONDS)
                .until(() -> here.bean(TokenConnections.class).areShared()
                        && there.bean(TokenConnections.class).areShared());
    }

    private static String token(String jti) {
        return TestTokens.mint(Map.of("role", "examinee", "plan", "P001", "examinee", "E001", "jti", jti));
    }

    private static StompTestClient open(TestInstance instance, String address) {
        try {
            return StompTestClient.open(instance.uri(), Map.of("X-Forwarded-For", address));
        } catch (WebSocketHandshakeException e) {
            throw new AssertionError(e);
        }
    }

    private StompTestClient connect(TestInstance instance, String token) {
        StompTestClient client = login(instance, token);
        client.connected();
        return client;
    }

    private StompTestClient login(TestInstance instance, String token) {
        addresses++;
        StompTestClient client = open(instance, "10.1." + addresses / 250 + "." + addresses % 250);
        client.login(token, Map.of());
        return client;
    }

    private void awaitRoom(TestInstance instance, String token) {
        await().atMost(SECONDS)
                .ignoreExceptionsInstanceOf(AssertionError.class)
                .untilAsserted(() -> connect(instance, token).close());
    }

    private void assertRefused(TestInstance instance, String token) {
        try (StompTestClient third = login(instance, token)) {
            assertThat(third.awaitClose().reason()).startsWith("TOO_MANY_CONNECTIONS:");
            assertThat(third.awaitClose().code()).isEqualTo(1013);
        }
    }
}
