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
import org.springframework.boot.test.context.ConfigDataApplicationContextInitializer;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.env.SystemEnvironmentPropertySource;

class PairingPropertiesTests {

    private static PairingProperties bind(Map<String, String> properties) {
        return new Binder(new MapConfigurationPropertySource(properties))
                .bindOrCreate("mobile-sync", PairingProperties.class);
    }

    @Test
    void hasDefaults() {
        PairingProperties properties = bind(Map.of());
        assertThat(properties.publicUrl()).isNull();
        assertThat(properties.pairing())
                .isEqualTo(new PairingProperties.Pairing(Duration.ofMinutes(2), Duration.ofHours(4), 10, 1_000));
        assertThat(properties.bindingTtl()).isEqualTo(Duration.ofDays(7));
    }

    @Test
    void keepsBindingAsLongAsToken() {
        PairingProperties properties =
                bind(Map.of("mobile-sync.state-ttl", "2d", "mobile-sync.pairing.token-ttl", "3d"));
        assertThat(properties.bindingTtl()).isEqualTo(Duration.ofDays(3));
    }

    @Test
    void acceptsPublicUrl() {
        assertThat(bind(Map.of("mobile-sync.public-url", "https://exam.example.com/sync"))
                        .publicUrl())
                .isEqualTo(URI.create("https://exam.example.com/sync"));
    }

    @Test
    void acceptsDeprecatedNames() {
        Map<String, Object> variables =
                Map.of("MOBILE_SYNC_PAIRING_LIFE", "1m", "MOBILE_SYNC_PAIRING_TOKEN_LIFE", "3h");
        new ApplicationContextRunner()
                .withPropertyValues("spring.config.name=web-server")
                .withInitializer(context -> context.getEnvironment()
                        .getPropertySources()
                        .replace(
                                "systemEnvironment",
                                new SystemEnvironmentPropertySource("systemEnvironment", variables)))
                .withInitializer(new ConfigDataApplicationContextInitializer())
                .run(context -> {
                    PairingProperties properties =
                            Binder.get(context.getEnvironment()).bindOrCreate("mobile-sync", PairingProperties.class);
                    assertThat(properties.pairing().codeTtl()).isEqualTo(Duration.ofMinutes(1));
                    assertThat(properties.pairing().tokenTtl()).isEqualTo(Duration.ofHours(3));
                });
    }

    @ParameterizedTest
    @CsvSource({
        "mobile-sync.public-url, exam.example.com, MOBILE_SYNC_PUBLIC_URL",
        "mobile-sync.public-url, ftp://exam.example.com, MOBILE_SYNC_PUBLIC_URL",
        "mobile-sync.public-url, https://exam.example.com?a=b, MOBILE_SYNC_PUBLIC_URL",
        "mobile-sync.public-url, https://exam.example.com#a, MOBILE_SYNC_PUBLIC_URL",
        "mobile-sync.public-url, https://me@exam.example.com, MOBILE_SYNC_PUBLIC_URL",
        "mobile-sync.state-ttl, 0s, MOBILE_SYNC_STATE_TTL",
        "mobile-sync.pairing.code-ttl, 0s, MOBILE_SYNC_PAIRING_CODE_TTL",
        "mobile-sync.pairing.code-ttl, 61m, MOBILE_SYNC_PAIRING_CODE_TTL",
        "mobile-sync.pairing.token-ttl, 8d, MOBILE_SYNC_PAIRING_TOKEN_TTL",
        "mobile-sync.pairing.failures-per-address, 0, MOBILE_SYNC_PAIRING_FAILURES_PER_ADDRESS",
        "mobile-sync.pairing.failures, -1, MOBILE_SYNC_PAIRING_FAILURES"
    })
    void namesInvalidProperty(String key, String value, String name) {
        assertThatThrownBy(() -> bind(Map.of(key, value)))
                .rootCause()
                .hasMessageContaining(key)
                .hasMessageContaining(name);
    }
}
