package dev.mobilesync.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mobilesync.messages.StompTopics;
import dev.mobilesync.testsupport.ServerContract;
import dev.mobilesync.testsupport.StompTestClient;
import dev.mobilesync.testsupport.StompTestClient.Frame;
import dev.mobilesync.testsupport.TestTokens;
import dev.mobilesync.testsupport.api.HttpContract;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Connecting, tokens, destinations and limits. Slow tests run concurrently with the others. */
@TestInstance(Lifecycle.PER_CLASS)
@ServerContract
class ProtocolIT extends ProtocolFixture {

    @Test
    void acceptsExaminee() {
        try (StompTestClient browser = server.examinee(EXAMINEE)) {
            assertThat(browser.connected().headers())
                    .containsEntry("version", "1.2")
                    .containsEntry("heart-beat", "1000,1000");
        }
    }

    /** A frame may be as large as the headers of an HTTP request. */
    @ParameterizedTest
    @ValueSource(ints = {8_400, 12_000})
    void acceptsLargeToken(int size) {
        try (StompTestClient browser = server.connect(tokenOf(size))) {
            assertThat(browser.isOpen()).isTrue();
        }
    }

    @Test
    void rejectsTokenLargerThanFrame() {
        try (StompTestClient browser = server.open()) {
            browser.login(tokenOf(17_000), Map.of());
            assertRefused(browser, "INVALID_REQUEST", false, 1009);
        }
    }

    private static String tokenOf(int size) {
        return TestTokens.mint(
                Map.of("role", "examinee", "plan", "P001", "examinee", "E001", "padding", "x".repeat(size * 3 / 4)));
    }

    @Test
    void rejectsInvalidToken() {
        Map<String, Object> examinee = Map.of("role", "examinee", "plan", "P001", "examinee", "E001");
        for (String token : List.of(
                "",
                "nonsense",
                TestTokens.mint(examinee, "another-secret-of-more-than-32-bytes-length"),
                TestTokens.mint(Map.of("role", "examinee", "plan", "P001")),
                TestTokens.mint(Map.of("role", "examinee", "plan", "P 1", "examinee", "E001")),
                TestTokens.mint(Map.of("role", "admin")),
                TestTokens.mint(Map.of(
                        "role", "examinee", "plan", "P001", "examinee", "E001", "aud", List.of("something-else"))),
                TestTokens.mint(Map.of(
                        "role",
                        "examinee",
                        "plan",
                        "P001",
                        "examinee",
                        "E001",
                        "exp",
                        new Date(1_000_000_000_000L))))) {
            try (StompTestClient browser = server.open()) {
                browser.login(token, Map.of());
                assertRefused(browser, "UNAUTHENTICATED", false, 1008);
            }
        }
    }

    @Test
    void reportsReasonOfRejectedToken() {
        Map<String, Object> claims = Map.of("role", "examinee", "plan", "P001", "examinee", "E001");
        Map<String, Object> milliseconds = new HashMap<>(claims);
        milliseconds.put("exp", System.currentTimeMillis() + 3_600_000);
        for (Map.Entry<String, String> each : Map.of(
                        TestTokens.mint(milliseconds),
                        "token: exp is more than 366 days ahead",
                        TestTokens.mint(claims, TestTokens.SECRET + "x"),
                        "token: the signature ",
                        "nonsense",
                        "token: this is not a token")
                .entrySet()) {
            try (StompTestClient browser = server.open()) {
                browser.login(each.getKey(), Map.of());
                Frame error = assertRefused(browser, "UNAUTHENTICATED", false, 1008);
                assertThat(error.json().path("message").asString()).startsWith(each.getValue());
            }
        }
    }

    @Test
    void rejectsMissingToken() {
        try (StompTestClient browser = server.open()) {
            browser.frame("CONNECT", Map.of("accept-version", "1.2", "host", "localhost"), "");
            assertRefused(browser, "UNAUTHENTICATED", false, 1008);
        }
        try (StompTestClient browser = server.open()) {
            browser.frame("SUBSCRIBE", Map.of("id", "1", "destination", StompTopics.examinee(EXAMINEE)), "");
            assertRefused(browser, "UNAUTHENTICATED", false, 1008);
        }
    }

    @Test
    void rejectsUnsupportedStompVersion() {
        try (StompTestClient browser = server.open()) {
            browser.login(TestTokens.examinee("P001", "E001"), Map.of("accept-version", "1.0"));
            assertRefused(browser, "INVALID_REQUEST", false, 1002);
        }
    }

    @Test
    void acceptsStomp11() {
        try (StompTestClient browser = server.open()) {
            browser.login(TestTokens.examinee("P001", "E001"), Map.of("accept-version", "1.0,1.1"));
            assertThat(browser.connected().header("version")).isEqualTo("1.1");
        }
    }

    @Test
    void rejectsUnsupportedWebSocketVersion() throws IOException {
        try (Socket socket = new Socket()) {
            server.handshake(socket, "Connection: Upgrade, close", "Sec-WebSocket-Version: 8");
            String response = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            assertThat(response)
                    .startsWith("HTTP/1.1 426")
                    .contains("Sec-WebSocket-Version: 13")
                    .contains("application/problem+json");
            HttpContract.checkProblem(426, response.substring(response.indexOf("\r\n\r\n")));
        }
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void closesAfterConnectTimeout() {
        try (StompTestClient browser = server.open()) {
            assertRefused(browser, "UNAUTHENTICATED", true, 1013);
        }
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void closesWhenTokenExpires() {
        Instant expiry = Instant.now().plusSeconds(10);
        String token = TestTokens.mint(
                Map.of("role", "examinee", "plan", "P001", "examinee", "E001", "exp", Date.from(expiry)));
        try (StompTestClient browser = server.connect(token)) {
            browser.subscribe(StompTopics.examinee(EXAMINEE));
            Frame error = assertRefused(browser, "UNAUTHENTICATED", true, 1008);
            assertThat(error.header("message")).contains("reconnect with a new one");
            assertThat(browser.awaitClose().reason()).startsWith("TOKEN_EXPIRED");
            assertThat(Instant.now()).isAfterOrEqualTo(expiry.minusMillis(1_000));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "examinee, /topic/plans/P001/examinees/E001/mobile-sync, ok",
        "examinee, /topic/plans/P001/examinees/E002/mobile-sync, FORBIDDEN",
        "examinee, /topic/plans/P002/examinees/E001/mobile-sync, FORBIDDEN",
        "examinee, /topic/plans/P001/mobile-sync, FORBIDDEN",
        "proctor, /topic/plans/P001/mobile-sync, ok",
        "proctor, /topic/plans/P003/mobile-sync, FORBIDDEN",
        "proctor, /topic/plans/P001/examinees/E001/mobile-sync, FORBIDDEN",
        "examinee, /topic/plans/P001/examinees/*/mobile-sync, INVALID_REQUEST",
        "examinee, /topic/plans/**, INVALID_REQUEST",
        "proctor, /topic/plans/*/mobile-sync, INVALID_REQUEST",
        "proctor, /topic/plans/P001/examinees/#/mobile-sync, INVALID_REQUEST",
        "examinee, /queue/anything, INVALID_REQUEST",
        "examinee, /user/queue/anything, INVALID_REQUEST",
        "examinee, /app/plans/P001/examinees/E001/mobile-sync/wait, INVALID_REQUEST",
        "examinee, /topic/plans/P001/examinees/E001/mobile-sync/, INVALID_REQUEST",
        "examinee, /topic/plans/P001/examinees/-E001/mobile-sync, INVALID_REQUEST",
        "examinee, /topic/plans/P001/examinees/E001%2F/mobile-sync, INVALID_REQUEST"
    })
    void restrictsSubscriptions(String who, String destination, String expected) {
        try (StompTestClient browser = as(who)) {
            browser.frame("SUBSCRIBE", Map.of("id", "s:1", "destination", destination, "receipt", "r"), "");
            assertAnswer(browser, expected);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "examinee, /app/plans/P001/examinees/E001/mobile-sync/wait, ok",
        "examinee, /app/plans/P001/examinees/E002/mobile-sync/wait, FORBIDDEN",
        "examinee, /app/plans/P002/examinees/E001/mobile-sync/wait, FORBIDDEN",
        "examinee, /app/plans/P001/examinees/E001/mobile-sync/order, FORBIDDEN",
        "proctor, /app/plans/P001/examinees/E001/mobile-sync/order, ok",
        "proctor, /app/plans/P003/examinees/E001/mobile-sync/order, FORBIDDEN",
        "proctor, /app/plans/P001/examinees/E001/mobile-sync/wait, FORBIDDEN",
        "examinee, /app/plans/P001/examinees/E001/mobile-sync/cheat, INVALID_REQUEST",
        "examinee, /topic/plans/P001/examinees/E001/mobile-sync, INVALID_REQUEST",
        "proctor, /topic/plans/P001/mobile-sync, INVALID_REQUEST",
        "proctor, /app/plans/P001/examinees/*/mobile-sync/order, INVALID_REQUEST"
    })
    void restrictsSends(String who, String destination, String expected) {
        try (StompTestClient browser = as(who)) {
            browser.frame(
                    "SEND",
                    Map.of("destination", destination, "receipt", "r"),
                    "{\"order\":\"RETAKE\",\"reason\":\"blurred\"}");
            assertAnswer(browser, expected);
        }
    }

    @Test
    void limitsSubscriptions() {
        try (StompTestClient proctor = server.proctor("P1", "P2", "P3", "P4")) {
            for (int plan = 1; plan <= 3; plan++) {
                proctor.subscribe(StompTopics.plan("P" + plan));
            }
            proctor.frame("SUBSCRIBE", Map.of("id", "x", "destination", StompTopics.plan("P4")), "");
            assertRefused(proctor, "INVALID_REQUEST", false, 1002);
        }
    }

    @Test
    void limitsSends() {
        try (StompTestClient browser = server.examinee(EXAMINEE)) {
            // More than the limit of two periods, of which the second may begin meanwhile.
            for (int i = 0; i < 30; i++) {
                browser.send("/app/plans/P001/examinees/E001/mobile-sync/wait", "");
            }
            assertRefused(browser, "TOO_MANY_REQUESTS", true, 1013);
        }
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void sendsAndRequiresHeartbeats() {
        try (StompTestClient listens =
                        server.connect(TestTokens.examinee("P001", "E001"), Map.of("heart-beat", "0,1000"));
                StompTestClient promisesToBeat =
                        server.connect(TestTokens.examinee("P001", "E001"), Map.of("heart-beat", "1000,0"))) {
            await().until(() -> listens.heartbeats() >= 3);
            assertThat(promisesToBeat.awaitClose().code()).isEqualTo(1013);
            assertThat(promisesToBeat.awaitClose().reason()).startsWith("SILENT");
            assertThat(promisesToBeat.heartbeats()).isZero();
            assertThat(listens.isOpen()).isTrue();
        }
    }

    @Test
    void closesOnDisconnect() {
        try (StompTestClient browser = server.examinee(EXAMINEE)) {
            browser.frame("DISCONNECT", Map.of("receipt", "bye"), "");
            browser.awaitReceipt("bye");
            assertThat(browser.awaitClose().code()).isEqualTo(1000);
        }
    }

    private StompTestClient as(String who) {
        return who.equals("proctor") ? server.proctor("P001", "P002") : server.examinee(EXAMINEE);
    }

    private static void assertAnswer(StompTestClient browser, String expected) {
        if (expected.equals("ok")) {
            browser.awaitReceipt("r");
            assertThat(browser.isOpen()).isTrue();
        } else {
            Frame error = assertRefused(browser, expected, false, expected.equals("FORBIDDEN") ? 1008 : 1002);
            assertThat(error.header("receipt-id")).isEqualTo("r");
        }
    }
}
