package dev.mobilesync.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.testsupport.ApiClient;
import dev.mobilesync.testsupport.Jpegs;
import dev.mobilesync.testsupport.MultipartBody;
import dev.mobilesync.testsupport.ServerContract;
import dev.mobilesync.testsupport.StompTestClient;
import dev.mobilesync.testsupport.TestTokens;
import dev.mobilesync.testsupport.api.HttpContract;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The responses of the public ports to requests without a token. */
@ServerContract
class PublicPortsIT {

    private static final String BOARD = ApiClient.recordsPath("P001");

    private static MobileSyncSystem system;

    @BeforeAll
    static void start() {
        system = MobileSyncSystem.shared();
    }

    private List<URI> ports() {
        return List.of(system.web(), system.socketHttp());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/livez", "/readyz"})
    void healthHidesReasons(String path) {
        for (URI port : ports()) {
            HttpResponse<String> response = new ApiClient(port).get(path, "");
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.body()).isEqualTo("{\"status\":\"UP\"}");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/error",
                "/login",
                "/logout",
                "/actuator",
                "/actuator/health/readiness",
                "/actuator/env",
                "/.well-known/oauth-protected-resource",
                "/.well-known/oauth-protected-resource/x",
                "/v3/api-docs",
                "/nothing"
            })
    void exposesNothingElse(String path) {
        for (URI port : ports()) {
            HttpResponse<String> response = new ApiClient(port).get(path, "");
            assertThat(response.statusCode()).isIn(401, 404);
            assertThat(response.body()).containsPattern("\"code\":\"(UNAUTHENTICATED|NOT_FOUND)\"");
        }
    }

    /** {@code type} of a problem is relative to the port that it comes from. */
    @Test
    void typesOfProblemsReferToPageOfSamePort() {
        List<URI> problemPorts = new ArrayList<>(ports());
        problemPorts.add(system.management(MobileSyncSystem.Service.STATE_MANAGER));
        for (URI port : problemPorts) {
            ApiClient api = ApiClient.ofOther(port);
            HttpResponse<String> problem = api.get("/nothing;x", "");
            HttpContract.checkProblem(problem.statusCode(), problem.body());
            HttpResponse<String> page =
                    api.get(ApiClient.json(problem).path("type").asString(), "");

            assertThat(page.statusCode()).as(port.toString()).isEqualTo(200);
            assertThat(page.headers().firstValue("Content-Type").orElse("")).startsWith("text/html");
            for (ErrorCode code : ErrorCode.values()) {
                assertThat(page.body()).contains(" id=\"" + code.name().toLowerCase(Locale.ROOT) + "\"");
            }
            assertThat(api.send(api.request(HttpContract.ERRORS_PAGE, "").DELETE())
                            .statusCode())
                    .isBetween(400, 499);
        }
    }

    @Test
    void ignoresTokenInUrl() {
        String token = TestTokens.proctor("kim", "P001");
        assertThat(system.api().get(BOARD, token).statusCode()).isEqualTo(200);
        assertThat(system.api().get(BOARD + "?access_token=" + token, "").statusCode())
                .isEqualTo(401);
        try (StompTestClient browser = StompTestClient.open(URI.create(system.socket() + "?access_token=" + token))) {
            browser.raw("CONNECT\naccept-version:1.2\nhost:localhost\n\n\0");
            assertThat(browser.awaitError().body()).contains("UNAUTHENTICATED");
        }
    }

    /** Found by {@link FuzzIT}. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /a;%/b HTTP/1.1\r\nHost: x\r\n",
                "GET /a;x=%zz HTTP/1.1\r\nHost: x\r\n",
                "GET /a HTTP/9.9\r\nHost: x\r\n",
                "POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: nonsense\r\n"
            })
    void rejectsMalformedRequests(String head) throws IOException {
        for (URI port : ports()) {
            for (RawHttp.Response response : RawHttp.exchange(port, bytes(head + "Connection: close\r\n\r\n"))) {
                assertThat(response.status()).as(port + " " + response).isIn(400, 401, 404);
                assertThat(response.head())
                        .as(port + " " + response)
                        .containsPattern("(?i)content-type: application/problem\\+json");
                HttpContract.checkProblem(response.status(), response.body());
            }
        }
    }

    @Test
    void rejectsMalformedHeader() throws IOException {
        byte[] body = MultipartBody.upload("M1", Jpegs.picture(1));
        String head =
                "POST /api/v1/plans/P001/examinees/E001/mobile-captures HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                        + "Authorization: Bearer " + TestTokens.device("P001", "E001", "M1") + "\r\nContent-Type: "
                        + MultipartBody.CONTENT_TYPE + "\r\nIdempotency-Key: \u009f\u0080\r\nContent-Length: "
                        + body.length
                        + "\r\n\r\n";
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.writeBytes(head.getBytes(StandardCharsets.ISO_8859_1));
        request.writeBytes(body);
        RawHttp.Response response =
                RawHttp.exchange(system.web(), request.toByteArray()).get(0);
        assertThat(response.status()).as(response.toString()).isEqualTo(400);
        assertThat(response.body()).contains("INVALID_REQUEST");
    }

    @Test
    void rejectsMalformedUtf8Parameter() {
        HttpResponse<String> response = system.api().get(BOARD + "?size=%c0%ae", TestTokens.proctor("kim", "P001"));
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains("INVALID_REQUEST");
    }

    @Test
    void doesNotEchoReceiptWithNul() throws IOException {
        String login = "CONNECT\naccept-version:1.2\nhost:x\nAuthorization:Bearer "
                + TestTokens.examinee("P001", "E001") + "\n\n\0";
        ByteArrayOutputStream sent = new ByteArrayOutputStream();
        sent.writeBytes(RawWebSocket.frame(RawWebSocket.TEXT, bytes(login)));
        sent.writeBytes(RawWebSocket.frame(RawWebSocket.TEXT, bytes("NACK\nid:1\nreceipt:a\0b\n\n\0")));
        RawWebSocket.CloseResult result = RawWebSocket.exchangeUntilClosed(system.socket(), sent.toByteArray());
        assertThat(result.closeCode()).isEqualTo(1002);
        assertThat(result.texts()).last().asString().startsWith("ERROR").doesNotContain("receipt-id");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/nothing", "/capture", "/exam/mobile-sync", "/proctor", "/pages/config.json"})
    void setsSecurityHeaders(String path) {
        var headers = system.api().get(path, "").headers();
        for (String name : List.of(
                "Content-Security-Policy",
                "X-Content-Type-Options",
                "X-Frame-Options",
                "Referrer-Policy",
                "Permissions-Policy",
                "Cache-Control")) {
            assertThat(headers.firstValue(name)).as(name).isPresent();
        }
        assertThat(headers.firstValue("Server")).isEmpty();
    }
}
