package dev.mobilesync.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mobilesync.testsupport.ServerContract;
import dev.mobilesync.testsupport.StompTestClient;
import dev.mobilesync.testsupport.TestIssuer;
import dev.mobilesync.testsupport.TestServers;
import dev.mobilesync.testsupport.TestTokens;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Tokens of an OpenID Connect issuer in the CONNECT frame. */
@ServerContract
class SocketIssuerIT {

    private static final Map<String, Object> EXAMINEE = Map.of("role", "examinee", "plan", "P001", "examinee", "E001");

    @Test
    void reportsUnavailableIssuer() {
        try (TestIssuer issuer = TestIssuer.start();
                SocketServerFixture server = SocketServerFixture.start(
                        TestServers.shared().properties(),
                        "mobile-sync.socket-queue=broadcast_queue.issuer",
                        "mobile-sync.jwt.secret=",
                        "spring.security.oauth2.resourceserver.jwt.issuer-uri=" + issuer.uri())) {
            issuer.returnGarbage(true);
            assertRefused(server, issuer.mint(EXAMINEE), "AUTHENTICATION_UNAVAILABLE", true, 1013);

            issuer.returnGarbage(false);
            await().atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> server.connect(issuer.mint(EXAMINEE)).close());
            assertRefused(server, issuer.forge(EXAMINEE), "UNAUTHENTICATED", false, 1008);
            assertRefused(server, TestTokens.examinee("P001", "E001"), "UNAUTHENTICATED", false, 1008);
        }
    }

    private static void assertRefused(
            SocketServerFixture server, String token, String code, boolean retryable, int closeCode) {
        try (StompTestClient browser = server.open()) {
            browser.login(token, Map.of());
            var error = browser.awaitError().json();
            assertThat(error.path("code").asString()).isEqualTo(code);
            assertThat(error.path("retryable").asBoolean()).isEqualTo(retryable);
            assertThat(browser.awaitClose().code()).isEqualTo(closeCode);
        }
    }
}
