package dev.mobilesync.service.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.service.security.AuthenticatedCaller.Device;
import dev.mobilesync.service.security.AuthenticatedCaller.Device.PairingState;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.security.oauth2.jwt.Jwt;

/** Which phones may act for their examinee. */
class DevicePairingTests {

    private static final Instant RESET = Instant.parse("2026-01-01T09:00:00.700Z");
    private static final String AFTER_RESET = Device.endedPairing(RESET);

    @Test
    void phoneOfOwnPairing() {
        Device phone = phone("a-jti", RESET.plusSeconds(60));
        assertThat(phone.pairing(null)).isEqualTo(PairingState.CURRENT);
        assertThat(phone.pairing("M001:a-jti")).isEqualTo(PairingState.CURRENT);
        assertThat(phone.pairing("M001:another-jti")).isEqualTo(PairingState.REPLACED);
        assertThat(phone.pairing("M002:a-jti")).isEqualTo(PairingState.REPLACED);
        assertThat(phone.pairing(AFTER_RESET)).isEqualTo(PairingState.ENDED);
    }

    @Test
    void phoneOfPlatformNeedsNewTokenAfterReset() {
        assertThat(phone(null, RESET.minusSeconds(1)).pairing(AFTER_RESET)).isEqualTo(PairingState.ENDED);
        // iat is in seconds.
        assertThat(phone(null, Instant.parse("2026-01-01T09:00:00Z")).pairing(AFTER_RESET))
                .isEqualTo(PairingState.CURRENT);
        assertThat(phone(null, RESET.minusSeconds(60)).pairing("M001:a-jti")).isEqualTo(PairingState.CURRENT);
        assertThat(phone(null, RESET.plusSeconds(60)).pairing("M002:a-jti")).isEqualTo(PairingState.REPLACED);
    }

    /** Spring's decoders add an {@code iat}, which is later than every reset. */
    @Test
    void tokenWithoutTimeOfIssueIsEndedByReset() {
        assertThat(phone(null, null).pairing(AFTER_RESET)).isEqualTo(PairingState.ENDED);
        assertThat(phone(null, null).pairing(null)).isEqualTo(PairingState.CURRENT);
    }

    @ParameterizedTest
    @CsvSource({
        "'', REPLACED",
        "M001, REPLACED",
        "a-jti, REPLACED",
        ":, ENDED",
        ":soon, ENDED",
        ":-1, ENDED",
        ":99999999999999999999, ENDED"
    })
    void malformedPairingRevokesPhone(String pairedDevice, PairingState pairing) {
        assertThat(phone("a-jti", RESET.plusSeconds(60)).pairing(pairedDevice)).isEqualTo(pairing);
        assertThat(phone(null, RESET.plusSeconds(60)).pairing(pairedDevice)).isEqualTo(pairing);
    }

    private static Device phone(@Nullable String tokenId, @Nullable Instant issuedAt) {
        Instant expiresAt = RESET.plusSeconds(3600);
        Jwt.Builder token = Jwt.withTokenValue("token")
                .header("alg", "HS256")
                .claim("role", "device")
                .claim("plan", "P001")
                .claim("examinee", "E001")
                .claim("device", "M001")
                .issuedAt(issuedAt == null ? expiresAt.minusSeconds(1) : issuedAt)
                .expiresAt(expiresAt);
        if (tokenId != null) {
            token.issuer(TokenConfiguration.OWN_ISSUER).jti(tokenId);
        }
        return (Device) AuthenticatedCaller.of(token.build());
    }
}
