package dev.mobilesync.web.pairing;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.service.security.TokenConfiguration;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import javax.crypto.SecretKey;
import org.springframework.security.oauth2.jose.jws.MacAlgorithm;
import org.springframework.security.oauth2.jwt.JwsHeader;
import org.springframework.security.oauth2.jwt.JwtClaimsSet;
import org.springframework.security.oauth2.jwt.JwtEncoder;
import org.springframework.security.oauth2.jwt.JwtEncoderParameters;
import org.springframework.security.oauth2.jwt.NimbusJwtEncoder;

/** Issues tokens to paired phones. */
final class DeviceTokens {

    private final JwtEncoder encoder;
    private final Duration ttl;
    private final Clock clock;

    DeviceTokens(SecretKey secret, Duration ttl, Clock clock) {
        this.encoder = NimbusJwtEncoder.withSecretKey(secret)
                .algorithm(MacAlgorithm.HS256)
                .build();
        this.ttl = ttl;
        this.clock = clock;
    }

    /** A token, which is secret, and its {@code jti}. */
    record Issued(String id, String value, Instant expiresAt) {

        @Override
        public String toString() {
            return "Issued[id=" + id + "]";
        }
    }

    /** Issues a token for this device and examinee only. With it, the phone uploads, and connects over STOMP. */
    Issued issue(ExamineeKey examinee, String deviceId) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        String id = UUID.randomUUID().toString();
        JwtClaimsSet claims = JwtClaimsSet.builder()
                .issuer(TokenConfiguration.OWN_ISSUER)
                .audience(List.of(TokenConfiguration.AUDIENCE))
                .id(id)
                .issuedAt(now)
                .expiresAt(now.plus(ttl))
                .claim("role", "device")
                .claim("plan", examinee.planId())
                .claim("examinee", examinee.examineeId())
                .claim("device", deviceId)
                .build();
        JwsHeader header = JwsHeader.with(MacAlgorithm.HS256).type("JWT").build();
        String value = encoder.encode(JwtEncoderParameters.from(header, claims)).getTokenValue();
        return new Issued(id, value, now.plus(ttl));
    }
}
