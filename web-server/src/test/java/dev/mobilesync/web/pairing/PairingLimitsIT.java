package dev.mobilesync.web.pairing;

import static dev.mobilesync.web.PairingPhone.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.testsupport.NeedsRealServers;
import dev.mobilesync.web.PairingPhone;
import dev.mobilesync.web.RunningWebServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.data.redis.core.StringRedisTemplate;

/** What pairing's settings do. */
@NeedsRealServers
class PairingLimitsIT {

    private static final String PLAN = "P001";
    private static final String WRONG = "ACEF2345";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path dir;

    @SuppressWarnings("NullAway.Init")
    private RunningWebServer server;

    @SuppressWarnings("NullAway.Init")
    private PairingPhone pairing;

    private void start(Map<String, String> settings) {
        server = RunningWebServer.start(dir, settings, Clock.systemUTC());
        pairing = new PairingPhone(server);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void tenWrongCodesAMinuteFromOneAddress() throws Exception {
        start(Map.of());
        for (int i = 0; i < 30; i++) {
            pairing.token(PLAN, "E" + i, "M001");
        }
        String good = pairing.code(PLAN, "E001");
        for (int i = 0; i < 10; i++) {
            assertThat(pairing.redeem(WRONG, "M001").statusCode()).isEqualTo(404);
        }
        assertTooMany(pairing.redeem(WRONG, "M001"));
        assertTooMany(pairing.redeem(good, "M001"));
        assertThat(statusFrom("127.0.0.2", good)).isEqualTo(200);
    }

    @Test
    void aBudgetForAllAddressesTogether() throws Exception {
        start(Map.of("mobile-sync.pairing.failures-per-address", "4", "mobile-sync.pairing.failures", "6"));
        for (int i = 0; i < 4; i++) {
            assertThat(pairing.redeem(WRONG, "M001").statusCode()).isEqualTo(404);
        }
        assertTooMany(pairing.redeem(WRONG, "M001"));
        assertThat(statusFrom("127.0.0.2", WRONG)).isEqualTo(404);
        assertThat(statusFrom("127.0.0.3", WRONG)).isEqualTo(404);
        assertThat(statusFrom("127.0.0.4", WRONG)).isEqualTo(429);
    }

    @Test
    void aCodeExpires() throws Exception {
        start(Map.of("mobile-sync.pairing.life", "1s"));
        String code = pairing.code(PLAN, "E001");
        StringRedisTemplate redis = server.bean(StringRedisTemplate.class);
        Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> redis.keys("mobile_sync:pairing:*")
                .isEmpty());
        assertThat(pairing.redeem(code, "M001").statusCode()).isEqualTo(404);
    }

    @Test
    void thePublicAddressIsWhatPhonesAreSentTo() throws Exception {
        start(Map.of(
                "mobile-sync.public-url", "https://exam.example.com/sync/", "mobile-sync.pairing.token-life", "30m"));
        HttpResponse<String> asked = pairing.ask(PLAN, "E001");
        assertThat(json(asked).path("captureUrl").asString())
                .isEqualTo("https://exam.example.com/sync/capture#"
                        + json(asked).path("code").asString());
    }

    private static void assertTooMany(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(429);
        assertThat(json(answer).path("code").asString()).isEqualTo("TOO_MANY_REQUESTS");
        assertThat(json(answer).path("retryable").asBoolean()).isTrue();
        assertThat(Integer.parseInt(answer.headers().firstValue("Retry-After").orElseThrow()))
                .isBetween(1, 60);
    }

    /** The status that a client at another of this machine's addresses gets. */
    private int statusFrom(String address, String code) throws IOException {
        byte[] body = ("{\"code\":\"" + code + "\",\"deviceId\":\"M001\"}").getBytes(StandardCharsets.UTF_8);
        try (Socket socket = new Socket()) {
            socket.bind(new InetSocketAddress(InetAddress.getByName(address), 0));
            socket.connect(new InetSocketAddress("127.0.0.1", server.port()));
            socket.setSoTimeout(10_000);
            socket.getOutputStream()
                    .write(("POST " + PairingPhone.REDEEM
                                    + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                                    + "Content-Type: application/json\r\nContent-Length: " + body.length + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().write(body);
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return Integer.parseInt(answer.substring(9, 12));
        }
    }
}
