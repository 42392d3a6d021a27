package dev.mobilesync.web.pairing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class PairingPropertiesTests {

    private static PairingProperties bind(Map<String, String> settings) {
        return new Binder(new MapConfigurationPropertySource(settings))
                .bindOrCreate("mobile-sync", PairingProperties.class);
    }

    @Test
    void hasDefaults() {
        PairingProperties settings = bind(Map.of());
        assertThat(settings.publicUrl()).isNull();
        assertThat(settings.pairing())
                .isEqualTo(new PairingProperties.Pairing(Duration.ofMinutes(2), Duration.ofHours(4), 10, 1_000));
        assertThat(settings.pairedFor()).isEqualTo(Duration.ofDays(7));
    }

    @Test
    void noTokenOutlivesWhatIsKnownOfIt() {
        PairingProperties settings =
                bind(Map.of("mobile-sync.state-ttl", "2d", "mobile-sync.pairing.token-life", "3d"));
        assertThat(settings.pairedFor()).isEqualTo(Duration.ofDays(3));
    }

    @Test
    void takesAPublicUrl() {
        assertThat(bind(Map.of("mobile-sync.public-url", "https://exam.example.com/sync"))
                        .publicUrl())
                .isEqualTo(URI.create("https://exam.example.com/sync"));
    }

    @ParameterizedTest
    @CsvSource({
        "mobile-sync.public-url, exam.example.com, MOBILE_SYNC_PUBLIC_URL",
        "mobile-sync.public-url, ftp://exam.example.com, MOBILE_SYNC_PUBLIC_URL",
        "mobile-sync.public-url, https://exam.example.com?a=b, MOBILE_SYNC_PUBLIC_URL",
        "mobile-sync.public-url, https://exam.example.com#a, MOBILE_SYNC_PUBLIC_URL",
        "mobile-sync.public-url, https://me@exam.example.com, MOBILE_SYNC_PUBLIC_URL",
        "mobile-sync.state-ttl, 0s, MOBILE_SYNC_STATE_TTL",
        "mobile-sync.pairing.life, 0s, MOBILE_SYNC_PAIRING_LIFE",
        "mobile-sync.pairing.life, 61m, MOBILE_SYNC_PAIRING_LIFE",
        "mobile-sync.pairing.token-life, 8d, MOBILE_SYNC_PAIRING_TOKEN_LIFE",
        "mobile-sync.pairing.failures-per-address, 0, MOBILE_SYNC_PAIRING_FAILURES_PER_ADDRESS",
        "mobile-sync.pairing.failures, -1, MOBILE_SYNC_PAIRING_FAILURES"
    })
    void aBadSettingIsNamed(String key, String value, String name) {
        assertThatThrownBy(() -> bind(Map.of(key, value)))
                .rootCause()
                .hasMessageContaining(key)
                .hasMessageContaining(name);
    }
}
