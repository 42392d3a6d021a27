package dev.mobilesync.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.StompTopics;
import dev.mobilesync.service.http.SecurityHeaders;
import dev.mobilesync.socket.limit.TokenConnectionLimiter;
import dev.mobilesync.testsupport.ApiClient;
import dev.mobilesync.testsupport.ServerContract;
import dev.mobilesync.testsupport.StompTestClient;
import dev.mobilesync.testsupport.TestServers;
import dev.mobilesync.testsupport.TestTokens;
import java.net.URI;
import java.net.http.HttpResponse;
import java.net.http.WebSocketHandshakeException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Limits of frames and connections. Each test uses a separate client address, set by a trusted proxy. */
@ServerContract
class SocketLimitsIT {

    private static final ExamineeKey EXAMINEE = new ExamineeKey("P001", "E001");

    private final SocketServerFixture server = SharedSocketServers.withLowLimits();

    @ParameterizedTest
    @ValueSource(strings = {"\n", "SUBSCRIBE\nid:1\n", ""})
    void limitsFramesAndFragments(String text) {
        try (StompTestClient browser = connect("192.0.2." + (text.length() + 1), examinee("frames" + text.length()))) {
            if (text.isEmpty()) {
                for (int i = 0; i < 200; i++) {
                    browser.frame("SUBSCRIBE", Map.of("id", "1", "destination", StompTopics.examinee(EXAMINEE)), "");
                    browser.frame("UNSUBSCRIBE", Map.of("id", "1"), "");
                }
            } else {
                for (int i = 0; i < 400; i++) {
                    browser.raw(text.substring(0, 1));
                }
            }
            assertRefused(browser, "TOO_MANY_REQUESTS");
        }
    }

    @Test
    void allowsProctorMoreFrames() {
        try (StompTestClient proctor = connect("192.0.2.40", TestTokens.proctor("proctor-1", "P001"))) {
            for (int i = 0; i < 100; i++) {
                proctor.frame("SUBSCRIBE", Map.of("id", "1", "destination", StompTopics.plan("P001")), "");
                proctor.frame("UNSUBSCRIBE", Map.of("id", "1"), "");
            }
            proctor.subscribe(StompTopics.plan("P001"));
            assertThat(proctor.isOpen()).isTrue();
        }
    }

    @Test
    void limitsConnectionsPerToken() {
        String token = examinee("connections");
        String reencodedToken = token + "=";
        try (StompTestClient first = connect("192.0.2.50", token);
                StompTestClient second = connect("192.0.2.51", token)) {
            for (String again : new String[] {token, reencodedToken}) {
                try (StompTestClient third = open("192.0.2.52")) {
                    third.login(again, Map.of());
                    third.awaitError();
                    assertThat(third.awaitClose().code()).isIn(1008, 1013);
                }
            }
            try (StompTestClient third = open("192.0.2.52")) {
                third.login(token, Map.of());
                assertRefused(third, "TOO_MANY_CONNECTIONS");
            }
            connect("192.0.2.52", examinee("another")).close();
            second.abort();
            await().ignoreExceptionsInstanceOf(AssertionError.class).until(() -> {
                server.connect(token).close();
                return true;
            });
            assertThat(first.isOpen()).isTrue();
        }
        await().until(() -> server.bean(TokenConnectionLimiter.class).tokenCount() == 0);
    }

    @Test
    void limitsHandshakesPerAddress() throws Exception {
        for (int i = 0; i < SharedSocketServers.HANDSHAKES_PER_ADDRESS; i++) {
            open("198.51.100.1").close();
        }
        assertThatThrownBy(() -> {
                    // The limiter may have refilled a permit meanwhile.
                    for (int i = 0; i < SharedSocketServers.HANDSHAKES_PER_ADDRESS; i++) {
                        server.open("198.51.100.1", Map.of()).close();
                    }
                })
                .isInstanceOfSatisfying(WebSocketHandshakeException.class, refused -> {
                    assertThat(refused.getResponse().statusCode()).isEqualTo(429);
                    assertThat(refused.getResponse()
                                    .headers()
                                    .firstValueAsLong("Retry-After")
                                    .orElse(0))
                            .isBetween(1L, 11L);
                });
        open("198.51.100.2").close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "10.0.0.0/8,192.0.2.7"})
    void trustsOnlyConfiguredProxies(String proxies) {
        try (SocketServerFixture proxied = SocketServerFixture.start(
                TestServers.shared().properties(),
                "mobile-sync.socket-queue=broadcast_queue.proxied",
                "mobile-sync.limits.handshakes-per-address=2",
                "mobile-sync.trusted-proxies=" + proxies)) {
            assertThatThrownBy(() -> {
                        for (int i = 1; i <= 3; i++) {
                            StompTestClient.open(proxied.uri(), Map.of("X-Forwarded-For", "203.0.113." + i))
                                    .close();
                        }
                    })
                    .isInstanceOfSatisfying(WebSocketHandshakeException.class, refused -> assertThat(
                                    refused.getResponse().statusCode())
                            .isEqualTo(429));
        }
    }

    @Test
    void sendsSecurityHeaders() throws Exception {
        for (String path : new String[] {"/readyz", "/anything"}) {
            ApiClient client = ApiClient.ofOther(URI.create("http://127.0.0.1:" + server.port()));
            HttpResponse<String> answer = client.send(client.request(path, "")
                    .header("X-Forwarded-Proto", "https")
                    .header("X-Forwarded-For", "198.51.100.3"));
            Map.of(
                            "Content-Security-Policy",
                            SecurityHeaders.DATA_POLICY,
                            "X-Content-Type-Options",
                            "nosniff",
                            "Referrer-Policy",
                            "no-referrer",
                            "Permissions-Policy",
                            SecurityHeaders.PERMISSIONS)
                    .forEach((name, value) -> assertThat(answer.headers().firstValue(name))
                            .as(name)
                            .contains(value));
            assertThat(answer.headers().firstValue("Strict-Transport-Security")).isPresent();
        }
    }

    private static String examinee(String jti) {
        return TestTokens.mint(Map.of("role", "examinee", "plan", "P001", "examinee", "E001", "jti", jti));
    }

    private StompTestClient open(String address) {
        try {
            return server.open(address, Map.of());
        } catch (WebSocketHandshakeException e) {
            throw new AssertionError(e);
        }
    }

    private StompTestClient connect(String address, String token) {
        StompTestClient client = open(address);
        client.login(token, Map.of());
        client.connected();
        return client;
    }

    private static void assertRefused(StompTestClient browser, String reason) {
        assertThat(browser.awaitError().json().path("code").asString()).isEqualTo("TOO_MANY_REQUESTS");
        assertThat(browser.awaitError().json().path("retryable").asBoolean()).isTrue();
        assertThat(browser.awaitClose().code()).isEqualTo(1013);
        assertThat(browser.awaitClose().reason()).startsWith(reason + ":");
    }
}
