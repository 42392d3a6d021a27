package dev.mobilesync.service.security;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.service.properties.PropertiesFailureAnalyzer;
import dev.mobilesync.testsupport.TestIssuer;
import dev.mobilesync.testsupport.TestTokens;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.util.Throwables;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.security.oauth2.server.resource.autoconfigure.OAuth2ResourceServerProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtDecoder;

/** Tests token validation with a secret, with an issuer and with both. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TokenConfigurationTests {

    private static final String OTHER_SECRET = "another-secret-of-more-than-32-bytes-0123456789";
    private static final Map<String, Object> PHONE =
            Map.of("role", "device", "plan", "P001", "examinee", "E001", "device", "M001");
    private static final Map<String, Object> OUR_PHONE = with(PHONE, Map.of("iss", "mobile-sync", "jti", "1"));

    private TestIssuer issuer;
    private TestIssuer otherIssuer;
    private JwtDecoder bySecret;
    private JwtDecoder byIssuer;
    private JwtDecoder byBoth;

    @BeforeAll
    void start() {
        issuer = TestIssuer.start();
        otherIssuer = TestIssuer.start();
        bySecret = decoder(TestTokens.SECRET, "");
        byIssuer = decoder("", issuer.uri());
        byBoth = decoder(TestTokens.SECRET, issuer.uri());
    }

    @AfterAll
    void stop() {
        issuer.close();
        otherIssuer.close();
    }

    private static JwtDecoder decoder(String secret, String issuerUri) {
        OAuth2ResourceServerProperties properties = new OAuth2ResourceServerProperties();
        properties.getJwt().setIssuerUri(issuerUri);
        return new TokenConfiguration()
                .jwtDecoder(
                        new TokenConfiguration.TokenProperties(secret, Duration.ofSeconds(5), Duration.ofDays(366)),
                        properties);
    }

    private static Map<String, Object> with(Map<String, Object> claims, Map<String, Object> more) {
        Map<String, Object> all = new HashMap<>(claims);
        all.putAll(more);
        return all;
    }

    // Accepted tokens

    @Test
    void acceptsPlatformAndOwnTokensBySecret() {
        assertThat(bySecret.decode(TestTokens.mint(PHONE)).getClaimAsString("device"))
                .isEqualTo("M001");
        bySecret.decode(TestTokens.mint(with(PHONE, Map.of("iss", "the-platform"))));
        bySecret.decode(TestTokens.mint(OUR_PHONE));
    }

    @Test
    void acceptsOnlyIssuerTokensWithoutSecret() {
        assertThat(byIssuer.decode(issuer.mint(PHONE)).getClaimAsString("device"))
                .isEqualTo("M001");
        assertRefused(byIssuer, TestTokens.mint(OUR_PHONE));
    }

    @Test
    void acceptsIssuerTokensAndOwnPhoneTokens() {
        byBoth.decode(issuer.mint(PHONE));
        byBoth.decode(issuer.mint(Map.of("role", "proctor", "plans", List.of("P001"), "sub", "p")));
        Jwt ours = byBoth.decode(TestTokens.mint(OUR_PHONE));
        assertThat(AuthenticatedCaller.of(ours))
                .isEqualTo(new AuthenticatedCaller.Device(new ExamineeKey("P001", "E001"), "M001", "1", null));
    }

    @Test
    void deviceTokenOfPlatformHasNoPairing() {
        assertThat(AuthenticatedCaller.of(byBoth.decode(issuer.mint(with(PHONE, Map.of("jti", "1"))))))
                .isEqualTo(new AuthenticatedCaller.Device(new ExamineeKey("P001", "E001"), "M001", null, null));
    }

    // Tokens that every configuration rejects

    Stream<Arguments> badTokens() throws JOSEException {
        Date past = Date.from(Instant.now().minus(Duration.ofMinutes(5)));
        Date future = Date.from(Instant.now().plus(Duration.ofMinutes(5)));
        byte[] publicKey = issuer.publicKey().toRSAPublicKey().getEncoded();
        return Stream.of(
                Arguments.of("wrong signature", TestTokens.mint(PHONE, OTHER_SECRET)),
                Arguments.of("wrong signature, ours", TestTokens.mint(OUR_PHONE, OTHER_SECRET)),
                Arguments.of(
                        "wrong signature, the issuer's", otherIssuer.mint(with(PHONE, Map.of("iss", issuer.uri())))),
                Arguments.of("signed by another issuer", otherIssuer.mint(PHONE)),
                Arguments.of("ours, signed by the issuer", issuer.mint(OUR_PHONE)),
                Arguments.of("alg none", plain(PHONE)),
                Arguments.of("alg none, ours", plain(OUR_PHONE)),
                Arguments.of("alg none, the issuer's", plain(with(PHONE, Map.of("iss", issuer.uri())))),
                Arguments.of(
                        "HS256 by the issuer's public key",
                        hmac(JWSAlgorithm.HS256, with(PHONE, Map.of("iss", issuer.uri())), publicKey)),
                Arguments.of("HS256 by the issuer's public key, ours", hmac(JWSAlgorithm.HS256, OUR_PHONE, publicKey)),
                Arguments.of(
                        "HS384",
                        hmac(
                                JWSAlgorithm.HS384,
                                OUR_PHONE,
                                TestTokens.SECRET.repeat(2).getBytes(StandardCharsets.UTF_8))),
                Arguments.of("wrong aud", TestTokens.mint(with(OUR_PHONE, Map.of("aud", "another")))),
                Arguments.of("wrong aud, the issuer's", issuer.mint(with(PHONE, Map.of("aud", "another")))),
                Arguments.of("expired", TestTokens.mint(with(OUR_PHONE, Map.of("exp", past)))),
                Arguments.of("expired, the issuer's", issuer.mint(with(PHONE, Map.of("exp", past)))),
                Arguments.of("future nbf", TestTokens.mint(with(OUR_PHONE, Map.of("nbf", future)))),
                Arguments.of("future nbf, the issuer's", issuer.mint(with(PHONE, Map.of("nbf", future)))),
                Arguments.of(
                        "without exp",
                        hmac(
                                JWSAlgorithm.HS256,
                                with(OUR_PHONE, Map.of("aud", "mobile-sync")),
                                TestTokens.SECRET.getBytes(StandardCharsets.UTF_8))),
                Arguments.of("claims changed", changed(TestTokens.mint(OUR_PHONE))),
                Arguments.of("no token", "abc"),
                Arguments.of("empty parts", ".."),
                Arguments.of("nothing", ""));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badTokens")
    void rejectsInvalidTokens(String what, String token) {
        assertRefused(bySecret, token);
        assertRefused(byIssuer, token);
        assertRefused(byBoth, token);
    }

    // Reasons of rejections

    Stream<Arguments> reasons() throws JOSEException {
        Instant now = Instant.now();
        long milliseconds = now.plus(Duration.ofHours(1)).toEpochMilli();
        byte[] secret = TestTokens.SECRET.getBytes(StandardCharsets.UTF_8);
        Map<String, Object> audience = Map.of("aud", "mobile-sync");
        return Stream.of(
                Arguments.of("EXPIRED", "the token has expired", Map.of("exp", Date.from(now.minusSeconds(60)))),
                Arguments.of("CLAIM", "exp is more than 366 days ahead", Map.of("exp", milliseconds)),
                Arguments.of(
                        "CLAIM",
                        "exp is more than 366 days ahead",
                        Map.of("exp", Date.from(now.plus(Duration.ofDays(367))))),
                Arguments.of("CLAIM", "nbf", Map.of("nbf", Date.from(now.plusSeconds(300)))),
                Arguments.of("AUDIENCE", "aud must contain mobile-sync", Map.of("aud", "another")),
                Arguments.of("CLAIM", "exp is missing", hmac(JWSAlgorithm.HS256, with(PHONE, audience), secret)),
                Arguments.of("CLAIM", "role must be", Map.of("role", "admin")),
                Arguments.of("CLAIM", "examinee must match", Map.of("examinee", "../E001")),
                Arguments.of("SIGNATURE", "signature", TestTokens.mint(PHONE, OTHER_SECRET)),
                Arguments.of("SIGNATURE", "signature", plain(PHONE)),
                Arguments.of("SIGNATURE", "signature", changed(TestTokens.mint(PHONE))),
                Arguments.of("MALFORMED", "not a token", "abc"));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("reasons")
    void namesReason(String reason, String detail, Object token) {
        @SuppressWarnings("unchecked")
        String value =
                token instanceof Map ? TestTokens.mint(with(PHONE, (Map<String, Object>) token)) : (String) token;
        assertThatThrownBy(() -> AuthenticatedCaller.of(bySecret.decode(value))).satisfies(e -> {
            TokenRejection rejection = TokenRejection.of(e);
            assertThat(rejection.reason()).hasToString(reason);
            assertThat(rejection.detail()).contains(detail).doesNotContain("..");
        });
    }

    @Test
    void acceptsTokensUpToMaximumLifetime() {
        Date exp = Date.from(Instant.now().plus(Duration.ofDays(365)));
        bySecret.decode(TestTokens.mint(with(PHONE, Map.of("exp", exp))));
        byIssuer.decode(issuer.mint(with(PHONE, Map.of("exp", exp))));
    }

    @Test
    void namesReasonBesideIssuer() {
        assertThatThrownBy(() -> byBoth.decode(otherIssuer.mint(with(PHONE, Map.of("iss", issuer.uri())))))
                .satisfies(e -> assertThat(TokenRejection.of(e).reason()).hasToString("SIGNATURE"));
        assertThatThrownBy(() -> byBoth.decode(issuer.mint(with(PHONE, Map.of("iss", "http://127.0.0.1:1")))))
                .satisfies(e -> assertThat(TokenRejection.of(e).reason()).hasToString("CLAIM"));
        assertThatThrownBy(() -> byBoth.decode("abc"))
                .satisfies(e -> assertThat(TokenRejection.of(e).reason()).hasToString("MALFORMED"));
    }

    // Tokens rejected with an issuer

    @Test
    void acceptsOnlyPhoneTokensBySecretBesideIssuer() {
        assertRefused(byBoth, TestTokens.mint(PHONE));
        assertRefused(byBoth, TestTokens.mint(with(PHONE, Map.of("iss", issuer.uri()))));
        assertRefused(byBoth, TestTokens.proctor("p", "P001"));
        assertRefused(
                byBoth,
                TestTokens.mint(Map.of(
                        "iss", "mobile-sync", "jti", "1", "role", "proctor", "plans", List.of("P001"), "sub", "p")));
    }

    @Test
    void rejectsIssuerTokensWithoutIssuerName() {
        String token = issuer.mint(with(PHONE, Map.of("iss", "http://127.0.0.1:1")));
        assertRefused(byIssuer, token);
        assertRefused(byBoth, token);
    }

    // Invalid configurations

    @Test
    void requiresSecretOrIssuer() {
        assertThatIllegalStateException()
                .isThrownBy(() -> decoder("", ""))
                .withMessageStartingWith("MOBILE_SYNC_JWT_SECRET is not set")
                .withMessageContaining("SPRING_SECURITY_OAUTH2_RESOURCESERVER_JWT_ISSUER_URI");
    }

    @ParameterizedTest
    @CsvSource({
        "31-bytes-are-not-enough-1234567, too short",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, too weak"
    })
    void rejectsWeakSecretWithoutPrintingIt(String secret, String reason) {
        new ApplicationContextRunner()
                .withUserConfiguration(BoundProperties.class)
                .withPropertyValues("mobile-sync.jwt.secret=" + secret)
                .run(context -> {
                    assertThat(PropertiesFailureAnalyzer.describe(requireNonNull(context.getStartupFailure())))
                            .startsWith("MOBILE_SYNC_JWT_SECRET is " + reason);
                    assertThat(Throwables.getStackTrace(requireNonNull(context.getStartupFailure())))
                            .doesNotContain(secret);
                });
    }

    @Test
    void propertiesPrintNoSecret() {
        assertThat(new TokenConfiguration.TokenProperties(OTHER_SECRET, Duration.ZERO, Duration.ZERO).toString())
                .doesNotContain(OTHER_SECRET);
    }

    @EnableConfigurationProperties(TokenConfiguration.TokenProperties.class)
    static class BoundProperties {}

    private static void assertRefused(JwtDecoder decoder, String token) {
        assertThatThrownBy(() -> decoder.decode(token)).isInstanceOf(BadJwtException.class);
    }

    private static JWTClaimsSet claims(Map<String, Object> claims) {
        JWTClaimsSet.Builder builder = new JWTClaimsSet.Builder();
        claims.forEach(builder::claim);
        return builder.build();
    }

    private static Map<String, Object> current(Map<String, Object> claims) {
        return with(
                claims,
                Map.of("aud", "mobile-sync", "exp", Date.from(Instant.now().plus(Duration.ofMinutes(5)))));
    }

    private static String plain(Map<String, Object> claims) {
        return new PlainJWT(claims(current(claims))).serialize();
    }

    /** A token with exactly these claims if they contain {@code aud}, otherwise with the required claims added. */
    private static String hmac(JWSAlgorithm algorithm, Map<String, Object> claims, byte[] key) throws JOSEException {
        SignedJWT token =
                new SignedJWT(new JWSHeader(algorithm), claims(claims.containsKey("aud") ? claims : current(claims)));
        token.sign(new MACSigner(key));
        return token.serialize();
    }

    private static String changed(String token) {
        String[] parts = token.split("\\.");
        String claims =
                new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8).replace("M001", "M002");
        return parts[0] + "."
                + Base64.getUrlEncoder().withoutPadding().encodeToString(claims.getBytes(StandardCharsets.UTF_8))
                + "." + parts[2];
    }
}
