package dev.mobilesync.service.security;

import jakarta.validation.constraints.AssertTrue;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.hibernate.validator.constraints.time.DurationMin;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.security.oauth2.server.resource.autoconfigure.OAuth2ResourceServerProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.oauth2.core.OAuth2TokenValidator;
import org.springframework.security.oauth2.jose.jws.MacAlgorithm;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.validation.annotation.Validated;

/**
 * Configures token validation. Tokens are signed with a shared secret (HS256) or by an OpenID Connect issuer. If both are
 * configured, the secret is accepted only for device tokens issued at pairing. Imported by the public services.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(TokenConfiguration.TokenProperties.class)
public class TokenConfiguration {

    /** The required {@code aud}. */
    public static final String AUDIENCE = "mobile-sync";

    /** The {@code iss} of device tokens issued at pairing. */
    public static final String OWN_ISSUER = "mobile-sync";

    private static final Duration KEY_TIME_TO_LIVE = Duration.ofMinutes(5);
    private static final int MIN_SECRET_BYTES = 32;
    private static final int MIN_DIFFERENT_CHARACTERS = 8;
    private static final String LENGTH = ": it must have " + MIN_SECRET_BYTES + " bytes or more";
    private static final String ALTERNATIVE =
            ", or SPRING_SECURITY_OAUTH2_RESOURCESERVER_JWT_ISSUER_URI must name an issuer";

    /**
     * Properties of token validation.
     *
     * @param secret the HS256 secret, at least 32 bytes in UTF-8; with an issuer it is needed for pairing only
     * @param keyRefreshPause the shortest time between two requests for the issuer's keys
     * @param maxTtl how far a token's {@code exp} may be in the future
     */
    @Validated
    @ConfigurationProperties("mobile-sync.jwt")
    public record TokenProperties(
            @DefaultValue("") String secret,

            @DefaultValue("5s") @DurationMin(message = "must not be negative")
            Duration keyRefreshPause,

            @DefaultValue("366d") @DurationMin(seconds = 1) Duration maxTtl) {

        // Not constraints of the secret itself, because a violated constraint carries the value.

        @AssertTrue(message = "MOBILE_SYNC_JWT_SECRET is too short" + LENGTH)
        boolean isSecretLongEnough() {
            return secret.isEmpty() || secret.getBytes(StandardCharsets.UTF_8).length >= MIN_SECRET_BYTES;
        }

        @AssertTrue(
                message = "MOBILE_SYNC_JWT_SECRET is too weak: it must be random, such as what"
                        + " `openssl rand -base64 48` prints")
        boolean isSecretRandom() {
            return secret.isEmpty() || secret.chars().distinct().count() >= MIN_DIFFERENT_CHARACTERS;
        }

        /** Returns the key of the shared secret, or {@code null} if none is set. */
        public @Nullable SecretKey secretKey() {
            return secret.isEmpty() ? null : new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256");
        }

        @Override
        public String toString() {
            return "TokenProperties[secret=***]";
        }
    }

    @Bean
    JwtDecoder jwtDecoder(TokenProperties properties, OAuth2ResourceServerProperties resourceServer) {
        String issuer = resourceServer.getJwt().getIssuerUri();
        SecretKey secret = properties.secretKey();
        if (issuer != null && hasIssuer(resourceServer)) {
            JwtDecoder issued = fromIssuer(issuer, properties);
            // With an issuer, the secret is accepted for devices only.
            return secret == null
                    ? issued
                    : new DelegatingJwtDecoder(signedWith(secret, validator(OWN_ISSUER, "device", properties)), issued);
        }
        if (secret == null) {
            throw new IllegalStateException("MOBILE_SYNC_JWT_SECRET is not set" + LENGTH + ALTERNATIVE);
        }
        return signedWith(secret, validator(null, null, properties));
    }

    /** Whether an issuer is configured. The validation of a token then blocks while the issuer's keys are fetched. */
    public static boolean hasIssuer(OAuth2ResourceServerProperties resourceServer) {
        String issuer = resourceServer.getJwt().getIssuerUri();
        return issuer != null && !issuer.isBlank();
    }

    private static JwtDecoder signedWith(SecretKey secret, OAuth2TokenValidator<Jwt> validator) {
        NimbusJwtDecoder decoder = NimbusJwtDecoder.withSecretKey(secret)
                .macAlgorithm(MacAlgorithm.HS256)
                .build();
        decoder.setJwtValidator(validator);
        return decoder;
    }

    private static JwtDecoder fromIssuer(String issuer, TokenProperties properties) {
        NimbusJwtDecoder decoder = NimbusJwtDecoder.withJwkSource(
                        IssuerJwkSetSource.cached(issuer, properties.keyRefreshPause(), KEY_TIME_TO_LIVE))
                .jwsAlgorithms(algorithms -> algorithms.addAll(
                        List.of(SignatureAlgorithm.RS256, SignatureAlgorithm.PS256, SignatureAlgorithm.ES256)))
                .build();
        decoder.setJwtValidator(validator(issuer, null, properties));
        return decoder;
    }

    private static TokenValidator validator(
            @Nullable String issuer, @Nullable String role, TokenProperties properties) {
        return new TokenValidator(issuer, role, properties.maxTtl(), Clock.systemUTC());
    }
}
