package dev.mobilesync.web;

import static dev.mobilesync.web.WebServerFixture.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.testsupport.ApiClient;
import dev.mobilesync.testsupport.Jpegs;
import dev.mobilesync.testsupport.MultipartBody;
import dev.mobilesync.testsupport.ServerContract;
import dev.mobilesync.testsupport.TestTokens;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Request limits, and the forwarded headers that they depend on. */
@TestInstance(Lifecycle.PER_CLASS)
@ServerContract
class LimitsIT {

    private static final String SOME_RECORD = "/api/v1/plans/P001/examinees/E001/mobile-sync";

    private final WebServerFixture behindProxy = WebServerFixture.shared(Map.of(
            "mobile-sync.limits.uploads-per-examinee", "3",
            "mobile-sync.limits.requests-per-caller", "5",
            "mobile-sync.pairing.max-wrong-codes-per-address", "100",
            "mobile-sync.limits.anonymous-requests-per-address", "4",
            "mobile-sync.limits.pages-per-address", "2",
            "mobile-sync.trusted-proxies", "10.0.0.0/8,127.0.0.1"));
    private final ApiClient api = behindProxy.api();

    @Test
    void limitsUploadsPerExaminee() {
        for (int i = 0; i < 3; i++) {
            assertThat(upload("U001", "M001", Jpegs.picture(i)).statusCode()).isEqualTo(201);
        }
        Counter limited = behindProxy
                .bean(MeterRegistry.class)
                .get("mobile.sync.requests.limited")
                .tag("limit", "uploads-per-examinee")
                .counter();
        double before = limited.count();
        assertTooMany(upload("U001", "M001", Jpegs.picture(4)), "uploads-per-examinee", 20);
        assertTooMany(upload("U001", "M002", Jpegs.picture(5)), "uploads-per-examinee", 20);
        assertThat(limited.count() - before).isEqualTo(2);
        assertThat(upload("U002", "M001", Jpegs.picture(6)).statusCode()).isEqualTo(201);
    }

    @Test
    void limitsUploadsAcrossPairings() {
        ExamineeKey examinee = new ExamineeKey("P001", "U003");
        for (int i = 0; i < 3; i++) {
            String token = api.pair(examinee, "M00" + i);
            assertThat(uploadTo("mobile-captures", examinee, token, "M00" + i).statusCode())
                    .isEqualTo(201);
        }
        String token = api.pair(examinee, "M009");
        assertTooMany(uploadTo("mobile-captures", examinee, token, "M009"), "uploads-per-examinee", 20);
    }

    /** Handler and limit both match the decoded path. */
    @ParameterizedTest
    @ValueSource(strings = {"mobile%2Dcaptures", "%6Dobile-captures", "mobile-capture%73"})
    void limitsUploadsWithEncodedPath(String name) {
        ExamineeKey examinee = new ExamineeKey("P001", "U-" + Math.abs(name.hashCode()));
        String token = TestTokens.device(examinee.planId(), examinee.examineeId(), "M001");
        for (int i = 0; i < 3; i++) {
            assertThat(uploadTo(name, examinee, token, "M001").statusCode()).isEqualTo(201);
        }
        assertTooMany(uploadTo(name, examinee, token, "M001"), "uploads-per-examinee", 20);
    }

    @Test
    void limitsAnonymousRequestsWithEncodedPath() {
        String path = "/%61pi/v1/plans/P1/mobile-sync";
        for (int i = 0; i < 4; i++) {
            assertThat(get(path, "", "198.51.100.9").statusCode()).isEqualTo(401);
        }
        assertTooMany(get(path, "", "198.51.100.9"), "anonymous-requests-per-address", 15);
    }

    private HttpResponse<String> uploadTo(String name, ExamineeKey examinee, String token, String device) {
        String path = "/api/v1/plans/" + examinee.planId() + "/examinees/" + examinee.examineeId() + "/" + name;
        return api.uploadBody(path, token, MultipartBody.upload(device, Jpegs.picture(64, 48, 1)));
    }

    @Test
    void limitsCallerOverAddressesAndTokens() {
        for (int i = 0; i < 5; i++) {
            assertThat(get(SOME_RECORD, proctor("anna", i), "192.0.2." + i).statusCode())
                    .isEqualTo(404);
        }
        assertTooMany(get(SOME_RECORD, proctor("anna", 9), "192.0.2.9"), "requests-per-caller", 12);
        assertThat(get(SOME_RECORD, proctor("bert", 1), "192.0.2.9").statusCode())
                .isEqualTo(404);
    }

    @Test
    void limitsInvalidTokensPerAddress() {
        String address = "198.51.100.1";
        for (int i = 0; i < 4; i++) {
            HttpResponse<String> rejected = get(SOME_RECORD, i % 2 == 0 ? "" : "nonsense", address);
            assertThat(rejected.statusCode()).isEqualTo(401);
            assertThat(rejected.headers().firstValue("WWW-Authenticate")).isPresent();
        }
        assertTooMany(get(SOME_RECORD, "nonsense", address), "anonymous-requests-per-address", 15);
        assertTooMany(get(SOME_RECORD, "", address), "anonymous-requests-per-address", 15);
        assertThat(get(SOME_RECORD, proctor("carl", 1), address).statusCode()).isEqualTo(404);
        assertThat(get(SOME_RECORD, "", "198.51.100.2").statusCode()).isEqualTo(401);
    }

    @Test
    void limitsPagesSeparately() {
        String address = "198.51.100.3";
        assertThat(get("/", "", address).statusCode()).isEqualTo(401);
        assertThat(get("/", "", address).statusCode()).isEqualTo(401);
        assertTooMany(get("/", "", address), "pages-per-address", 30);
        assertThat(get(SOME_RECORD, "", address).statusCode()).isEqualTo(401);
    }

    @Test
    void doesNotLimitHealthAndMetrics() {
        for (int i = 0; i < 10; i++) {
            assertThat(get("/livez", "", "198.51.100.4").statusCode()).isEqualTo(200);
            assertThat(behindProxy.management().get("/actuator/health", "").statusCode())
                    .isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "10.0.0.0/8,192.0.2.7"})
    void ignoresForwardedHeadersOfUntrustedClients(String proxies) {
        WebServerFixture server = WebServerFixture.shared(Map.of(
                "mobile-sync.limits.anonymous-requests-per-address", "2", "mobile-sync.trusted-proxies", proxies));
        assertThat(get(server.api(), SOME_RECORD, "", "203.0.113.1").statusCode())
                .isEqualTo(401);
        assertThat(get(server.api(), SOME_RECORD, "", "203.0.113.2").statusCode())
                .isEqualTo(401);
        HttpResponse<String> rejected = get(server.api(), SOME_RECORD, "", "203.0.113.3");
        assertThat(rejected.statusCode()).isEqualTo(429);
        assertThat(rejected.headers().firstValue("Strict-Transport-Security"))
                .as("X-Forwarded-Proto is ignored, too")
                .isEmpty();
    }

    @Test
    void ignoresForgedForwardedAddresses() {
        for (int i = 0; i < 4; i++) {
            assertThat(get(SOME_RECORD, "", "203.0.113." + i + ", 198.51.100.5").statusCode())
                    .isEqualTo(401);
        }
        assertThat(get(SOME_RECORD, "", "203.0.113.9, 198.51.100.5").statusCode())
                .isEqualTo(429);
    }

    private HttpResponse<String> upload(String examinee, String device, byte[] image) {
        return api.upload(new ExamineeKey("P001", examinee), device, image);
    }

    private HttpResponse<String> get(String path, String token, String forwardedFor) {
        return get(api, path, token, forwardedFor);
    }

    private static HttpResponse<String> get(ApiClient api, String path, String token, String forwardedFor) {
        return api.send(
                api.request(path, token).header("X-Forwarded-For", forwardedFor).header("X-Forwarded-Proto", "https"));
    }

    /** One of several tokens of the same proctor. */
    private static String proctor(String subject, int number) {
        return TestTokens.mint(
                Map.of("role", "proctor", "plans", List.of("P001"), "sub", subject, "jti", "token-" + number));
    }

    private static void assertTooMany(HttpResponse<String> response, String limit, int maxSeconds) {
        assertProblem(response, ErrorCode.TOO_MANY_REQUESTS, 429);
        assertThat(Integer.parseInt(response.headers().firstValue("Retry-After").orElse("0")))
                .isBetween(1, maxSeconds);
        assertThat(ApiClient.json(response).path("detail").asString()).contains(limit);
    }
}
