package dev.mobilesync.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.mobilesync.testsupport.NeedsRealServers;
import dev.mobilesync.testsupport.TestIssuer;
import dev.mobilesync.testsupport.TestTokens;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Tokens that an OpenID Connect issuer signs: it is there, it is not, it changes its keys. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(OutputCaptureExtension.class)
@NeedsRealServers
class IssuerIT {

    private static final String BOARD = "/api/v1/plans/P001/mobile-sync";
    private static final Map<String, Object> PROCTOR =
            Map.of("role", "proctor", "sub", "kim", "plans", List.of("P001"));
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private TestIssuer issuer;
    private RunningWebServer server;

    @BeforeAll
    void start(@TempDir Path folder) {
        issuer = TestIssuer.start();
        server = RunningWebServer.start(
                folder,
                Map.of(
                        "mobile-sync.jwt.secret",
                        "",
                        "spring.security.oauth2.resourceserver.jwt.issuer-uri",
                        issuer.uri()),
                Clock.systemUTC());
    }

    @AfterAll
    void stop() {
        issuer.close();
        if (server != null) {
            server.close();
        }
    }

    private HttpResponse<String> board(String token) throws Exception {
        return server.get(BOARD, token);
    }

    private void awaitStatus(int status) {
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(200)).untilAsserted(() -> assertThat(
                        board(issuer.mint(PROCTOR)).statusCode())
                .isEqualTo(status));
    }

    @Test
    void takesItsTokens() {
        awaitStatus(200);
    }

    @Test
    void refusesAllOthers() throws Exception {
        awaitStatus(200);
        assertThat(board(TestTokens.proctor("kim", "P001")).statusCode()).isEqualTo(401);
        assertThat(board(issuer.forge(PROCTOR)).statusCode()).isEqualTo(401);
        Map<String, Object> another = new java.util.HashMap<>(PROCTOR);
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
    void refusesATokenWhoseSecretIsThePublicKey() throws Exception {
        awaitStatus(200);
        for (byte[] secret : List.of(
                issuer.publicKey().toRSAPublicKey().getEncoded(),
                issuer.publicKey().toJSONString().getBytes(java.nio.charset.StandardCharsets.UTF_8))) {
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
    void takesANewKeyAndForgetsTheOldOne() throws Exception {
        awaitStatus(200);
        String old = issuer.mint(PROCTOR);
        issuer.rotateKey();
        awaitStatus(200);
        assertThat(board(old).statusCode()).isEqualTo(401);
    }

    @Test
    void madeUpKeyIdsCostTheIssuerNothing() throws Exception {
        awaitStatus(200);
        int before = issuer.timesAsked();
        Instant start = Instant.now();
        for (int i = 0; i < 10; i++) {
            assertThat(board(issuer.forge(PROCTOR)).statusCode()).isEqualTo(401);
        }
        long pauses = Duration.between(start, Instant.now()).toSeconds() / 5 + 1;
        assertThat(issuer.timesAsked() - before).isLessThanOrEqualTo((int) pauses * 2);
    }

    @Test
    void keysThatAreThereStayGoodWhileItIsAway() throws Exception {
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
    void anIssuerThatTalksNonsenseOrIsAwayIsToldToThePhoneAndOnceToTheOperator(
            @TempDir Path folder, CapturedOutput output) throws Exception {
        TestIssuer late = TestIssuer.start();
        String uri = late.uri();
        late.returnGarbage(true);
        String token = late.mint(PROCTOR);
        try (RunningWebServer other = RunningWebServer.start(
                folder,
                Map.of("mobile-sync.jwt.secret", "", "spring.security.oauth2.resourceserver.jwt.issuer-uri", uri),
                Clock.systemUTC())) {
            assertUnavailable(other.get(BOARD, token));
            late.close();
            await().during(Duration.ofSeconds(6))
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(500))
                    .untilAsserted(() -> assertUnavailable(other.get(BOARD, token)));
            assertThat(other.get(BOARD, "").statusCode()).isEqualTo(401);
            assertThat(output.getAll().split("is away or answers nonsense", -1)).hasSize(2);

            try (TestIssuer back = TestIssuer.start(URI.create(uri).getPort())) {
                await().atMost(PATIENCE).untilAsserted(() -> assertThat(
                                other.get(BOARD, back.mint(PROCTOR)).statusCode())
                        .isEqualTo(200));
            }
        }
    }

    private static void assertUnavailable(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(answer.headers().firstValue("Retry-After")).isPresent();
        assertThat(answer.body())
                .contains("\"code\":\"AUTHENTICATION_UNAVAILABLE\"")
                .contains("\"retryable\":true");
    }
}
