package dev.mobilesync.web;

import static dev.mobilesync.testsupport.ApiClient.json;
import static dev.mobilesync.testsupport.ApiClient.pairingsPath;
import static dev.mobilesync.web.WebServerFixture.assertProblem;
import static dev.mobilesync.web.WebServerFixture.poll;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.testsupport.ApiClient;
import dev.mobilesync.testsupport.Jpegs;
import dev.mobilesync.testsupport.MultipartBody;
import dev.mobilesync.testsupport.ServerContract;
import dev.mobilesync.testsupport.TestIssuer;
import dev.mobilesync.testsupport.TestTokens;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Tokens of an OpenID Connect issuer that becomes unavailable and rotates its keys. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@ExtendWith(OutputCaptureExtension.class)
@ServerContract
class IssuerIT {

    private static final String BOARD = "/api/v1/plans/P001/mobile-sync";
    private static final Map<String, Object> PROCTOR =
            Map.of("role", "proctor", "sub", "kim", "plans", List.of("P001"));
    private static final Map<String, Object> EXAMINEE = Map.of("role", "examinee", "plan", "P001", "examinee", "E001");
    private static final String ISSUER_URI = "spring.security.oauth2.resourceserver.jwt.issuer-uri";
    private static final String REFRESH_INTERVAL = "mobile-sync.jwt.key-refresh-pause";
    private static final Duration INTERVAL = Duration.ofMillis(500);

    private TestIssuer issuer = TestIssuer.start();

    @SuppressWarnings("NullAway.Init")
    private WebServerFixture server;

    @BeforeAll
    void start() {
        server = WebServerFixture.shared(Map.of(
                ISSUER_URI, issuer.uri(), REFRESH_INTERVAL, INTERVAL.toMillis() + "ms", "mobile-sync.jwt.secret", ""));
    }

    @AfterAll
    void stop() {
        issuer.close();
    }

    private HttpResponse<String> board(String token) {
        return server.api().get(BOARD, token);
    }

    private void awaitStatus(int status) {
        poll().untilAsserted(() ->
                assertThat(board(issuer.mint(PROCTOR)).statusCode()).isEqualTo(status));
    }

    /** Runs first, because keys that are already fetched stay valid. */
    @Test
    @Order(1)
    void reportsUnavailableIssuer(CapturedOutput output) {
        issuer.returnGarbage(true);
        String token = issuer.mint(PROCTOR);
        assertUnavailable(board(token));
        issuer.close();
        await().during(INTERVAL.multipliedBy(3))
                .atMost(Duration.ofSeconds(20))
                .pollInterval(INTERVAL.dividedBy(5))
                .untilAsserted(() -> assertUnavailable(board(token)));
        assertThat(board("").statusCode()).isEqualTo(401);
        assertThat(output.getAll().split("is unavailable or its response is invalid", -1))
                .hasSize(2);

        issuer = TestIssuer.start(URI.create(issuer.uri()).getPort());
        awaitStatus(200);
    }

    @Test
    void acceptsIssuersTokens() {
        awaitStatus(200);
    }

    @Test
    void rejectsOtherTokens() throws Exception {
        awaitStatus(200);
        assertThat(board(TestTokens.proctor("kim", "P001")).statusCode()).isEqualTo(401);
        assertThat(board(issuer.forge(PROCTOR)).statusCode()).isEqualTo(401);
        Map<String, Object> another = new HashMap<>(PROCTOR);
        another.put("iss", "https://another.example.com");
        assertThat(board(issuer.mint(another)).statusCode()).isEqualTo(401);
        another.remove("iss");
        another.put("aud", "another");
        assertThat(board(issuer.mint(another)).statusCode()).isEqualTo(401);
        another.remove("aud");
        another.put("exp", Date.from(Instant.now().minusSeconds(60)));
        assertThat(board(issuer.mint(another)).statusCode()).isEqualTo(401);
    }

    @Test
    void rejectsHmacTokenSignedWithPublicKey() throws Exception {
        awaitStatus(200);
        for (byte[] secret : List.of(
                issuer.publicKey().toRSAPublicKey().getEncoded(),
                issuer.publicKey().toJSONString().getBytes(StandardCharsets.UTF_8))) {
            SignedJWT token = new SignedJWT(
                    new JWSHeader.Builder(JWSAlgorithm.HS256)
                            .keyID(issuer.publicKey().getKeyID())
                            .build(),
                    new JWTClaimsSet.Builder()
                            .issuer(issuer.uri())
                            .audience("mobile-sync")
                            .subject("kim")
                            .claim("role", "proctor")
                            .claim("plans", List.of("P001"))
                            .expirationTime(Date.from(Instant.now().plusSeconds(60)))
                            .build());
            token.sign(new MACSigner(secret));
            assertThat(board(token.serialize()).statusCode()).isEqualTo(401);
        }
    }

    @Test
    void followsKeyRotation() throws Exception {
        awaitStatus(200);
        String old = issuer.mint(PROCTOR);
        issuer.rotateKey();
        awaitStatus(200);
        assertThat(board(old).statusCode()).isEqualTo(401);
    }

    @Test
    void limitsKeyRequestsForUnknownKeyIds() throws Exception {
        awaitStatus(200);
        int before = issuer.requestCount();
        Instant start = Instant.now();
        for (int i = 0; i < 10; i++) {
            assertThat(board(issuer.forge(PROCTOR)).statusCode()).isEqualTo(401);
        }
        long intervals = Duration.between(start, Instant.now()).toMillis() / INTERVAL.toMillis() + 1;
        assertThat(issuer.requestCount() - before).isLessThanOrEqualTo((int) intervals * 2);
    }

    @Test
    void keepsKeysWhileIssuerIsUnavailable() throws Exception {
        awaitStatus(200);
        issuer.returnGarbage(true);
        try {
            assertThat(board(issuer.forge(PROCTOR)).statusCode()).isEqualTo(401);
            assertThat(board(issuer.mint(PROCTOR)).statusCode()).isEqualTo(200);
        } finally {
            issuer.returnGarbage(false);
        }
    }

    @Test
    void disablesPairingWithoutSecret(CapturedOutput output) {
        awaitStatus(200);
        ApiClient api = server.api();
        assertOff(api.post(pairingsPath("P001", "E001"), issuer.mint(EXAMINEE)));
        assertOff(api.redeem("ACEF2345", "M001"));
        assertThat(output.getAll()).contains("pairing is off: MOBILE_SYNC_JWT_SECRET is not set");
        String phone =
                issuer.mint(Map.of("role", "device", "plan", "P001", "examinee", "E001", "device", "M001", "jti", "1"));
        assertThat(upload(api, phone)).isEqualTo(201);
    }

    private static void assertOff(HttpResponse<String> answer) {
        assertProblem(answer, ErrorCode.NOT_FOUND, 404);
        assertThat(json(answer).path("detail").asString()).contains("MOBILE_SYNC_JWT_SECRET");
    }

    @Test
    void pairsPhonesWithSecret() {
        ApiClient api =
                WebServerFixture.shared(Map.of(ISSUER_URI, issuer.uri())).api();
        String path = pairingsPath("P001", "E001");
        String code =
                json(api.post(path, issuer.mint(EXAMINEE)), 201).path("code").asString();
        String token = json(api.redeem(code, "M001"), 200).path("token").asString();
        assertThat(upload(api, token)).isEqualTo(201);
        assertThat(api.post(path, TestTokens.mint(EXAMINEE)).statusCode()).isEqualTo(401);
    }

    private static int upload(ApiClient api, String token) {
        byte[] body = MultipartBody.upload("M001", Jpegs.picture(64, 48, 1));
        return api.uploadBody(new ExamineeKey("P001", "E001"), token, body).statusCode();
    }

    private static void assertUnavailable(HttpResponse<String> answer) {
        assertProblem(answer, ErrorCode.AUTHENTICATION_UNAVAILABLE, 503);
        assertThat(answer.headers().firstValue("Retry-After")).isPresent();
    }
}
