package dev.mobilesync.testsupport;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Tokens like those of an exam platform, signed with {@link #SECRET}. */
public final class TestTokens {

    /** The tests' secret for {@code mobile-sync.jwt.secret}. */
    public static final String SECRET = "a-secret-that-only-the-tests-know-0123456789";

    private TestTokens() {}

    public static String device(String plan, String examinee, String device) {
        return mint(Map.of("role", "device", "plan", plan, "examinee", examinee, "device", device));
    }

    public static String examinee(String plan, String examinee) {
        return mint(Map.of("role", "examinee", "plan", plan, "examinee", examinee));
    }

    public static String proctor(String subject, String... plans) {
        return mint(Map.of("role", "proctor", "plans", List.of(plans), "sub", subject));
    }

    public static String service(String subject, String... plans) {
        return mint(Map.of("role", "service", "plans", List.of(plans), "sub", subject));
    }

    /** A unique token with these claims; by default with an expiry of one hour and this service's audience. */
    public static String mint(Map<String, Object> claims) {
        return mint(claims, SECRET);
    }

    public static String mint(Map<String, Object> claims, String secret) {
        JWTClaimsSet.Builder builder = new JWTClaimsSet.Builder()
                .audience("mobile-sync")
                .jwtID(UUID.randomUUID().toString())
                .expirationTime(Date.from(Instant.now().plus(Duration.ofHours(1))));
        claims.forEach(builder::claim);
        SignedJWT token = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), builder.build());
        try {
            token.sign(new MACSigner(secret.getBytes(StandardCharsets.UTF_8)));
        } catch (JOSEException e) {
            throw new IllegalArgumentException(e);
        }
        return token.serialize();
    }
}
