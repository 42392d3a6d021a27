package dev.mobilesync.service.security;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.JWTParser;
import java.text.ParseException;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtDecoder;

/**
 * Selects the decoder by the token's unverified {@code iss}. Each decoder verifies the issuer with its own keys and
 * algorithms.
 *
 * @param own for tokens whose {@code iss} is {@link TokenConfiguration#OWN_ISSUER}
 * @param others for all other tokens
 */
record DelegatingJwtDecoder(JwtDecoder own, JwtDecoder others) implements JwtDecoder {

    @Override
    public Jwt decode(String token) {
        return (TokenConfiguration.OWN_ISSUER.equals(claimedIssuer(token)) ? own : others).decode(token);
    }

    private static String claimedIssuer(String token) {
        try {
            JWTClaimsSet claims = JWTParser.parse(token).getJWTClaimsSet();
            String issuer = claims == null ? null : claims.getIssuer();
            return issuer == null ? "" : issuer;
        } catch (ParseException | RuntimeException e) {
            throw new BadJwtException("not a token", e);
        }
    }
}
