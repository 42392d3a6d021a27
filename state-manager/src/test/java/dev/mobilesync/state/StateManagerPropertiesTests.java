package dev.mobilesync.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class StateManagerPropertiesTests {

    @Test
    void hasDefaults() {
        StateManagerProperties properties = bind(Map.of());
        assertThat(properties.syncTimeout()).hasMinutes(5);
        assertThat(properties.stateTtl()).hasDays(7);
        assertThat(properties.stateChangeLimit()).hasSeconds(10);
        assertThat(properties.pauses())
                .isEqualTo(new StateManagerProperties.Pauses(
                        Duration.ofMillis(500), Duration.ofSeconds(10), Duration.ofSeconds(1), Duration.ofSeconds(1)));
    }

    @ParameterizedTest
    @CsvSource({
        "mobile-sync.sync-timeout, 0s",
        "mobile-sync.sync-timeout, 25h",
        "mobile-sync.state-ttl, 24h",
        "mobile-sync.state-change-limit, 0s",
        "mobile-sync.state-change-limit, -1s",
    })
    void rejectsInvalidValueAndNamesKey(String key, String value) {
        assertThatThrownBy(() -> bind(Map.of(key, value))).rootCause().hasMessageContaining(key);
    }

    private static StateManagerProperties bind(Map<String, String> properties) {
        return new Binder(new MapConfigurationPropertySource(properties))
                .bindOrCreate("mobile-sync", StateManagerProperties.class);
    }
}
