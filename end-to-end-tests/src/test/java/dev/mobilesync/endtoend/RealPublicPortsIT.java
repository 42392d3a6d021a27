package dev.mobilesync.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.testsupport.RealServers;
import dev.mobilesync.testsupport.TestTokens;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the public ports answer to somebody who has no token and looks around. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RealPublicPortsIT {

    private MobileSyncSystem system;

    @BeforeAll
    void start() {
        system = MobileSyncSystem.start(RealServers.open(), Unlimited.SETTINGS);
    }

    @AfterAll
    void stop() {
        if (system != null) {
            system.close();
        }
    }

    private List<URI> ports() {
        return List.of(system.web(), system.socketHttp());
    }

    private static String body(HttpResponse<byte[]> answer) {
        return new String(answer.body(), StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/livez", "/readyz"})
    void healthSaysWhetherAndNotWhy(String path) {
        for (URI port : ports()) {
            HttpResponse<byte[]> answer = system.get(port.resolve(path));
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(body(answer)).isEqualTo("{\"status\":\"UP\"}");
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
    void nothingElseIsOpen(String path) {
        for (URI port : ports()) {
            HttpResponse<byte[]> answer = system.get(port.resolve(path));
            assertThat(answer.statusCode()).isIn(401, 404);
            assertThat(body(answer)).containsPattern("\"code\":\"(UNAUTHENTICATED|NOT_FOUND)\"");
        }
    }

    @Test
    void aTokenInAnUrlIsNone() {
        String token = TestTokens.proctor("kim", "P001");
        URI board = system.web().resolve("/api/v1/plans/P001/mobile-sync");
        assertThat(system.get(board, token).statusCode()).isEqualTo(200);
        assertThat(system.get(URI.create(board + "?access_token=" + token)).statusCode())
                .isEqualTo(401);
    }

    @Test
    void anAnswerTellsBrowsersWhatNotToDo() {
        var headers = system.get(system.web().resolve("/nothing")).headers();
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
