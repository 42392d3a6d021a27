package dev.mobilesync.service.security;

import dev.mobilesync.service.security.TokenRejection.Reason;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.OAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2TokenValidatorResult;
import org.springframework.security.oauth2.jwt.Jwt;

/**
 * Validates the claims that every token needs. The first invalid claim becomes the {@link TokenRejection}.
 *
 * @param issuer the required {@code iss}; {@code null} accepts any
 * @param role the required {@code role}; {@code null} accepts any
 * @param maxTtl how far {@code exp} may be in the future; rejects an {@code exp} in milliseconds
 */
record TokenValidator(@Nullable String issuer, @Nullable String role, Duration maxTtl, Clock clock)
        implements OAuth2TokenValidator<Jwt> {

    private static final Duration CLOCK_SKEW = Duration.ofSeconds(30);

    @Override
    public OAuth2TokenValidatorResult validate(Jwt token) {
        Instant now = clock.instant();
        Instant expiresAt = token.getExpiresAt();
        Instant notBefore = token.getNotBefore();
        List<String> audience = token.getAudience();
        if (expiresAt == null) {
            return failure(Reason.CLAIM, "exp is missing");
        }
        if (expiresAt.isBefore(now.minus(CLOCK_SKEW))) {
            return failure(Reason.EXPIRED, "the token has expired");
        }
        if (expiresAt.isAfter(now.plus(maxTtl).plus(CLOCK_SKEW))) {
            return failure(
                    Reason.CLAIM,
                    "exp is more than " + maxTtl.toDays() + " days ahead; it must be in seconds, not milliseconds");
        }
        if (notBefore != null && notBefore.isAfter(now.plus(CLOCK_SKEW))) {
            return failure(Reason.CLAIM, "nbf is in the future");
        }
        if (audience == null || !audience.contains(TokenConfiguration.AUDIENCE)) {
            return failure(Reason.AUDIENCE, "aud must contain " + TokenConfiguration.AUDIENCE);
        }
        if (issuer != null && !issuer.equals(token.getClaimAsString("iss"))) {
            return failure(Reason.CLAIM, "iss is not the issuer whose tokens are accepted");
        }
        if (role != null && !role.equals(token.getClaimAsString("role"))) {
            return failure(Reason.CLAIM, "role must be " + role + " in a token that is signed with the secret");
        }
        return OAuth2TokenValidatorResult.success();
    }

    private static OAuth2TokenValidatorResult failure(Reason reason, String detail) {
        return OAuth2TokenValidatorResult.failure(new OAuth2Error(reason.name(), detail, null));
    }
}
