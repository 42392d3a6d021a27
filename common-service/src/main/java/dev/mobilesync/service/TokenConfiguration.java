package dev.mobilesync.service;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.security.oauth2.server.resource.autoconfigure.OAuth2ResourceServerProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.oauth2.core.DelegatingOAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2TokenValidator;
import org.springframework.security.oauth2.jose.jws.MacAlgorithm;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtClaimValidator;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtIssuerValidator;
import org.springframework.security.oauth2.jwt.JwtTimestampValidator;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.security.oauth2.jwt.SupplierJwtDecoder;

/**
 * How tokens are checked: signed with a shared secret (HS256) or by an issuer, meant for {@code mobile-sync}, in their
 * time. Imported by the services that have doors to the outside.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(TokenConfiguration.Settings.class)
public class TokenConfiguration {

    /** The {@code aud} that every token must have. */
    public static final String AUDIENCE = "mobile-sync";

    private static final int MIN_SECRET_BYTES = 32;
    private static final int MIN_DIFFERENT_CHARACTERS = 8;
    private static final Duration CLOCK_SKEW = Duration.ofSeconds(30);

    /**
     * @param secret the HS256 secret, 32 bytes or more in UTF-8; not needed where an issuer is named
     */
    @ConfigurationProperties("mobile-sync.jwt")
    public record Settings(@DefaultValue("") String secret) {

        public Settings {
            if (!secret.isEmpty() && secret.chars().distinct().count() < MIN_DIFFERENT_CHARACTERS) {
                throw new IllegalArgumentException(
                        "MOBILE_SYNC_JWT_SECRET is too weak: it must be random, such as what `openssl rand -base64 48` prints");
            }
        }

        @Override
        public String toString() {
            return "Settings[secret=***]";
        }
    }

    @Bean
    JwtDecoder jwtDecoder(Settings settings, OAuth2ResourceServerProperties resourceServer) {
        String issuer = resourceServer.getJwt().getIssuerUri();
        if (issuer != null && !issuer.isBlank()) {
            return fromIssuer(issuer);
        }
        byte[] secret = settings.secret().getBytes(StandardCharsets.UTF_8);
        if (secret.length < MIN_SECRET_BYTES) {
            throw new IllegalStateException("MOBILE_SYNC_JWT_SECRET "
                    + (secret.length == 0 ? "is not set" : "is too short")
                    + ": it must have " + MIN_SECRET_BYTES
                    + " bytes or more, or SPRING_SECURITY_OAUTH2_RESOURCESERVER_JWT_ISSUER_URI must name an issuer");
        }
        NimbusJwtDecoder decoder = NimbusJwtDecoder.withSecretKey(new SecretKeySpec(secret, "HmacSHA256"))
                .macAlgorithm(MacAlgorithm.HS256)
                .build();
        decoder.setJwtValidator(validator(null));
        return decoder;
    }

    /** Asks the issuer for its keys at the first token, so that a service can start while the issuer is away. */
    private static JwtDecoder fromIssuer(String issuer) {
        return new SupplierJwtDecoder(() -> {
            NimbusJwtDecoder decoder = NimbusJwtDecoder.withIssuerLocation(issuer)
                    .jwsAlgorithms(algorithms -> algorithms.addAll(
                            List.of(SignatureAlgorithm.RS256, SignatureAlgorithm.PS256, SignatureAlgorithm.ES256)))
                    .build();
            decoder.setJwtValidator(validator(issuer));
            return decoder;
        });
    }

    private static OAuth2TokenValidator<Jwt> validator(@Nullable String issuer) {
        OAuth2TokenValidator<Jwt> own = new DelegatingOAuth2TokenValidator<>(
                new JwtTimestampValidator(CLOCK_SKEW),
                new JwtClaimValidator<Object>("exp", exp -> exp != null),
                new JwtClaimValidator<List<String>>("aud", aud -> aud != null && aud.contains(AUDIENCE)));
        return issuer == null ? own : new DelegatingOAuth2TokenValidator<>(own, new JwtIssuerValidator(issuer));
    }
}
