package dev.mobilesync.web.pairing;

import static dev.mobilesync.testsupport.ApiClient.json;
import static dev.mobilesync.web.WebServerFixture.assertProblem;
import static dev.mobilesync.web.WebServerFixture.poll;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.testsupport.ApiClient;
import dev.mobilesync.testsupport.ServerContract;
import dev.mobilesync.web.WebServerFixture;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.data.redis.core.StringRedisTemplate;
import tools.jackson.databind.JsonNode;

/** The effect of pairing's properties. */
@ServerContract
class PairingLimitsIT {

    private static final ExamineeKey EXAMINEE = new ExamineeKey("P001", "E001");
    private static final String WRONG = "ACEF2345";

    /** Properties that do not affect each other share one server. */
    private final WebServerFixture limited = WebServerFixture.shared(Map.of(
            "mobile-sync.pairing.max-wrong-codes-per-address", "4",
            "mobile-sync.pairing.max-wrong-codes", "6",
            "mobile-sync.pairing.code-ttl", "10s",
            "mobile-sync.pairing.token-ttl", "30m",
            "mobile-sync.public-url", "https://exam.example.com/sync/"));

    private final WebServerFixture server = WebServerFixture.shared();

    @Test
    void limitsWrongCodesPerAddress() throws Exception {
        ApiClient api = server.api();
        for (int i = 0; i < 30; i++) {
            api.pair(new ExamineeKey("P001", "E" + i), "M001");
        }
        String good = api.pairingCode(EXAMINEE);
        for (int i = 0; i < 10; i++) {
            assertThat(api.redeem(WRONG, "M001").statusCode()).isEqualTo(404);
        }
        String link = json(api.requestPairing(new ExamineeKey("P001", "E999")))
                .path("captureUrl")
                .asString()
                .split("#")[1];
        assertTooMany(api.redeem(WRONG, "M001"));
        assertTooMany(api.redeem(good, "M001"));
        assertThat(api.redeem("A".repeat(28), "M001").statusCode())
                .as("a wrong link")
                .isEqualTo(404);
        assertThat(api.redeem(link, "M001").statusCode()).as("a valid link").isEqualTo(200);
        assertThat(statusFrom(server, "127.0.0.2", good)).isEqualTo(200);
    }

    @Test
    void limitsWrongCodesOfAllAddresses() throws Exception {
        ApiClient api = limited.api();
        for (int i = 0; i < 4; i++) {
            assertThat(api.redeem(WRONG, "M001").statusCode()).isEqualTo(404);
        }
        assertTooMany(api.redeem(WRONG, "M001"));
        assertThat(statusFrom(limited, "127.0.0.2", WRONG)).isEqualTo(404);
        assertThat(statusFrom(limited, "127.0.0.3", WRONG)).isEqualTo(404);
        assertThat(statusFrom(limited, "127.0.0.4", WRONG)).isEqualTo(429);
        String link =
                json(api.requestPairing(EXAMINEE)).path("captureUrl").asString().split("#")[1];
        assertThat(statusFrom(limited, "127.0.0.4", link)).as("a valid link").isEqualTo(200);
    }

    @Test
    void limitsWrongCodesPerIpv6Network() {
        ApiClient api = WebServerFixture.shared(Map.of(
                        "mobile-sync.pairing.max-wrong-codes-per-address",
                        "1",
                        "mobile-sync.trusted-proxies",
                        "127.0.0.1"))
                .api();
        assertThat(wrongFrom(api, "2001:db8:0:1::1")).isEqualTo(404);
        assertThat(wrongFrom(api, "2001:db8:0:1:ffff::2")).as("the same /64").isEqualTo(429);
        for (int network = 2; network <= 4; network++) {
            assertThat(wrongFrom(api, "2001:db8:0:" + network + "::1")).isEqualTo(404);
        }
        assertThat(wrongFrom(api, "2001:db8:0:5::1")).as("the same /56").isEqualTo(429);
        for (int network = 0; network < 12; network++) {
            String large = Integer.toHexString(0x100 * (1 + network / 4) + network);
            assertThat(wrongFrom(api, "2001:db8:0:" + large + "::1")).as(large).isEqualTo(404);
        }
        assertThat(wrongFrom(api, "2001:db8:0:900::1")).as("the same /48").isEqualTo(429);
        assertThat(wrongFrom(api, "2001:db8:1:1::1")).as("another /48").isEqualTo(404);
    }

    private static int wrongFrom(ApiClient api, String address) {
        return api.redeemBody("{\"code\":\"" + WRONG + "\",\"deviceId\":\"M001\"}", "X-Forwarded-For", address)
                .statusCode();
    }

    @Test
    void expiresCode() {
        String code = limited.api().pairingCode(EXAMINEE);
        StringRedisTemplate redis = limited.bean(StringRedisTemplate.class);
        poll().until(() -> redis.keys("mobile_sync:pairing:*").isEmpty());
        assertThat(limited.api().redeem(code, "M001").statusCode()).isEqualTo(404);
    }

    @Test
    void sendsPhonesToPublicUrl() {
        JsonNode response = json(limited.api().requestPairing(EXAMINEE));
        assertThat(response.path("captureUrl").asString())
                .matches("https://exam\\.example\\.com/sync/capture#[" + PairingCode.ALPHABET + "]{28}");
    }

    private static void assertTooMany(HttpResponse<String> response) {
        assertProblem(response, ErrorCode.TOO_MANY_REQUESTS, 429);
        assertThat(Integer.parseInt(response.headers().firstValue("Retry-After").orElseThrow()))
                .isBetween(1, 60);
    }

    /** The status that a client at another of this machine's addresses gets. */
    private static int statusFrom(WebServerFixture server, String address, String code) throws IOException {
        byte[] body = ("{\"code\":\"" + code + "\",\"deviceId\":\"M001\"}").getBytes(StandardCharsets.UTF_8);
        try (Socket socket = new Socket()) {
            socket.bind(new InetSocketAddress(InetAddress.getByName(address), 0));
            socket.connect(new InetSocketAddress("127.0.0.1", server.port()));
            socket.setSoTimeout(60_000);
            socket.getOutputStream()
                    .write(("POST " + ApiClient.REDEEM_PATH
                                    + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                                    + "Content-Type: application/json\r\nContent-Length: " + body.length + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().write(body);
            String response = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return Integer.parseInt(response.substring(9, 12));
        }
    }
}
