package dev.mobilesync.web.capture;

import static dev.mobilesync.web.WebServerFixture.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.testsupport.Jpegs;
import dev.mobilesync.testsupport.MultipartBody;
import dev.mobilesync.testsupport.ServerContract;
import dev.mobilesync.testsupport.TestTokens;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.Date;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Callers, unknown paths and origins of pages. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ServerContract
class UploadAccessIT extends UploadFixture {

    static Stream<Arguments> unauthorizedCallers() {
        return Stream.of(
                arguments("no token", "", 401),
                arguments("malformed token", "nonsense", 401),
                arguments(
                        "another secret",
                        TestTokens.mint(
                                Map.of("role", "device", "plan", PLAN, "examinee", "E1", "device", DEVICE),
                                "another-secret-that-is-long-enough-0123456789"),
                        401),
                arguments(
                        "another audience",
                        TestTokens.mint(Map.of(
                                "aud", "other", "role", "device", "plan", PLAN, "examinee", "E1", "device", DEVICE)),
                        401),
                arguments(
                        "expired",
                        TestTokens.mint(Map.of(
                                "exp",
                                Date.from(Instant.now().minusSeconds(600)),
                                "role",
                                "device",
                                "plan",
                                PLAN,
                                "examinee",
                                "E1",
                                "device",
                                DEVICE)),
                        401),
                arguments("no role", TestTokens.mint(Map.of("plan", PLAN, "examinee", "E1", "device", DEVICE)), 401),
                arguments("the examinee", TestTokens.examinee(PLAN, "E1"), 403),
                arguments("a proctor", TestTokens.proctor("p", PLAN), 403),
                arguments("another examinee's phone", TestTokens.device(PLAN, "E2", DEVICE), 403),
                arguments("another plan's phone", TestTokens.device("P002", "E1", DEVICE), 403),
                arguments("another phone", TestTokens.device(PLAN, "E1", "M002"), 403));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("unauthorizedCallers")
    void rejectsUnauthorizedUpload(String name, String token, int status) throws Exception {
        HttpResponse<String> response =
                api.uploadBody(new ExamineeKey(PLAN, "E1"), token, MultipartBody.upload(DEVICE, Jpegs.picture(24)));

        assertProblem(response, status == 401 ? ErrorCode.UNAUTHENTICATED : ErrorCode.FORBIDDEN, status);
        assertThat(server.pollMessages()).isEmpty();
    }

    @Test
    void answersUnknownPathsWithProblems() throws Exception {
        assertProblem(api.get("/nothing", ""), ErrorCode.UNAUTHENTICATED, 401);
        assertProblem(api.get("/nothing", TestTokens.proctor("p", PLAN)), ErrorCode.NOT_FOUND, 404);
        assertProblem(api.get(path(), TestTokens.proctor("p", PLAN)), ErrorCode.INVALID_REQUEST, 405);
    }

    @Test
    void acceptsPageOfListedOrigin() throws Exception {
        HttpResponse<String> preflight = api.send(preflight("https://exam.example.com"));

        assertThat(preflight.statusCode()).isEqualTo(200);
        assertThat(preflight.headers().firstValue("Access-Control-Allow-Origin"))
                .contains("https://exam.example.com");
        assertThat(preflight
                        .headers()
                        .firstValue("Access-Control-Allow-Headers")
                        .orElseThrow())
                .containsIgnoringCase("authorization")
                .containsIgnoringCase("idempotency-key");
        HttpResponse<String> response =
                api.upload(examinee, DEVICE, Jpegs.picture(25), "Origin", "https://exam.example.com");
        assertThat(response.statusCode()).isEqualTo(201);
        assertThat(response.headers()
                        .firstValue("Access-Control-Expose-Headers")
                        .orElseThrow())
                .contains("Location", "Retry-After");
    }

    @Test
    void rejectsPageOfAnotherOrigin() throws Exception {
        assertProblem(api.send(preflight("https://evil.example.com")), ErrorCode.FORBIDDEN, 403);
        assertProblem(
                api.upload(examinee, DEVICE, Jpegs.picture(26), "Origin", "https://evil.example.com"),
                ErrorCode.FORBIDDEN,
                403);
    }

    private HttpRequest.Builder preflight(String origin) {
        return api.request(path(), "")
                .method("OPTIONS", HttpRequest.BodyPublishers.noBody())
                .header("Origin", origin)
                .header("Access-Control-Request-Method", "POST")
                .header("Access-Control-Request-Headers", "authorization, content-type, idempotency-key");
    }
}
