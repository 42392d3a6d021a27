package dev.mobilesync.web;

import static dev.mobilesync.web.WebServerFixture.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.service.http.SecurityHeaders;
import dev.mobilesync.testsupport.ApiClient;
import dev.mobilesync.testsupport.ServerContract;
import dev.mobilesync.testsupport.TestTokens;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Security headers, among them the content security policy, and CORS. */
@TestInstance(Lifecycle.PER_CLASS)
@ServerContract
class HttpSecurityIT {

    private static final String PAGES_POLICY =
            "default-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; connect-src 'self' "
                    + "ws://127.0.0.1:8081 wss://127.0.0.1:8081; "
                    + "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self' https://exam.example.org capacitor://localhost";

    private static final String SOME_RECORD = "/api/v1/plans/P001/examinees/E001/mobile-sync";

    private final ApiClient api = WebServerFixture.shared(Map.of(
                    "mobile-sync.allowed-origins", "https://exam.example.org,capacitor://localhost",
                    "mobile-sync.trusted-proxies", "127.0.0.1"))
            .api();

    @Test
    void servesTypesOfModuleAsText() {
        HttpResponse<String> types = api.get("/pages/mobile-sync.d.ts", "");
        assertThat(types.statusCode()).isEqualTo(200);
        assertThat(types.headers().firstValue("Content-Type").orElse("")).startsWith("text/plain");
    }

    @Test
    void servesModuleAsPackage() {
        HttpResponse<String> description = api.get("/pages/package.json", "");
        assertThat(description.statusCode()).isEqualTo(200);
        assertThat(description.body()).contains("\"name\": \"@mobilesync/mobile-sync\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/capture", "/exam/mobile-sync", "/proctor", "/pages/package.json"})
    void answersHeadAsGet(String page) {
        HttpResponse<String> head = api.send(api.request(page, "").method("HEAD", HttpRequest.BodyPublishers.noBody()));
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.headers().firstValue("Content-Type"))
                .isEqualTo(api.get(page, "").headers().firstValue("Content-Type"))
                .isPresent();
        assertThat(head.body()).isEmpty();
    }

    @Test
    void setsSecurityHeaders() {
        for (HttpResponse<String> response : List.of(get(TestTokens.proctor("dora", "P001")), get(""))) {
            Map<String, String> expected = Map.of(
                    "Content-Security-Policy", PAGES_POLICY,
                    "X-Content-Type-Options", "nosniff",
                    "X-Frame-Options", "SAMEORIGIN",
                    "Referrer-Policy", "no-referrer",
                    "Permissions-Policy", SecurityHeaders.PERMISSIONS);
            expected.forEach((name, value) ->
                    assertThat(response.headers().firstValue(name)).as(name).contains(value));
            assertThat(response.headers().firstValue("Strict-Transport-Security"))
                    .as("over the proxy's TLS")
                    .isPresent();
            assertThat(response.headers().firstValue("Server")).isEmpty();
        }
    }

    @Test
    void acceptsListedOriginsOnly() {
        for (String origin : new String[] {"https://exam.example.org", "capacitor://localhost"}) {
            HttpResponse<String> listed = preflight(origin);
            assertThat(listed.statusCode()).isEqualTo(200);
            assertThat(listed.headers().firstValue("Access-Control-Allow-Origin"))
                    .contains(origin);
            assertThat(listed.headers().firstValue("Access-Control-Allow-Credentials"))
                    .isEmpty();
        }
        for (String origin :
                new String[] {"https://evil.example.org", "http://exam.example.org", "null", "http://a:b", "http://[::1"
                }) {
            HttpResponse<String> other = preflight(origin);
            assertProblem(other, ErrorCode.FORBIDDEN, 403);
            assertThat(other.headers().firstValue("Access-Control-Allow-Origin"))
                    .as(origin)
                    .isEmpty();
        }
    }

    private HttpResponse<String> preflight(String origin) {
        return api.send(api.request(SOME_RECORD, "")
                .header("Origin", origin)
                .header("Access-Control-Request-Method", "GET")
                .header("Access-Control-Request-Headers", "authorization")
                .method("OPTIONS", HttpRequest.BodyPublishers.noBody()));
    }

    private HttpResponse<String> get(String token) {
        return api.send(api.request(SOME_RECORD, token)
                .header("X-Forwarded-For", "198.51.100.6")
                .header("X-Forwarded-Proto", "https"));
    }
}
