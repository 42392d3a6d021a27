package dev.mobilesync.web.body;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.util.unit.DataSize;

class BodyPropertiesTests {

    @Test
    void hasDefaults() {
        BodyProperties properties = bind(Map.of());

        assertThat(properties.maxTime()).isEqualTo(Duration.ofMinutes(5));
        assertThat(properties.minRate()).isEqualTo(DataSize.ofKilobytes(1));
        assertThat(properties.rateWindow()).isEqualTo(Duration.ofSeconds(15));
        assertThat(properties.memory()).isEqualTo(DataSize.ofMegabytes(64));
        assertThat(properties.disk()).isEqualTo(DataSize.ofGigabytes(2));
        assertThat(Path.of(properties.directory())).isDirectory();
    }

    @ParameterizedTest
    @CsvSource({
        "mobile-sync.body.max-time, 0s",
        "mobile-sync.body.min-rate, -1",
        "mobile-sync.body.rate-window, 500ms",
        "mobile-sync.body.rate-window, 16s",
        "mobile-sync.body.memory, 1KB",
        "mobile-sync.body.disk, -1",
        "mobile-sync.body.directory, /no/such/folder"
    })
    void namesInvalidKey(String key, String value) {
        assertThatThrownBy(() -> bind(Map.of(key, value))).rootCause().hasMessageContaining(key);
    }

    private static BodyProperties bind(Map<String, String> properties) {
        return new Binder(new MapConfigurationPropertySource(properties))
                .bindOrCreate("mobile-sync.body", BodyProperties.class);
    }
}
