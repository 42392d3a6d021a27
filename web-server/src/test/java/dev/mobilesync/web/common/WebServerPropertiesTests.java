package dev.mobilesync.web.common;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.util.unit.DataSize;

class WebServerPropertiesTests {

    private static final Map<String, String> NEEDED = Map.of(
            "mobile-sync.store.endpoint", "http://127.0.0.1:9000",
            "mobile-sync.store.access-key", "a",
            "mobile-sync.store.secret-key", "top-secret");

    @Test
    void hasDefaults() {
        WebServerProperties settings = bind(Map.of());

        assertThat(settings.maxCaptureSize()).isEqualTo(DataSize.ofBytes(5 * 1024 * 1024));
        assertThat(settings.maxUploads()).isEqualTo(64);
        assertThat(settings.uploadWait()).isEqualTo(Duration.ofSeconds(2));
        assertThat(settings.maxUploadsPerExaminee()).isEqualTo(2);
        assertThat(settings.answerWithin()).isLessThan(Duration.ofSeconds(5));
        assertThat(settings.allowedOrigins()).isEmpty();
        assertThat(settings.store().bucket()).isEqualTo("captures");
        assertThat(settings.store().keyTemplate()).isEqualTo("{examineeId}/sync_cap.jpg");
        assertThat(settings.toString()).doesNotContain("top-secret");
    }

    @ParameterizedTest
    @CsvSource({
        "mobile-sync.store.endpoint, ftp://x",
        "mobile-sync.store.endpoint, ''",
        "mobile-sync.store.access-key, ''",
        "mobile-sync.store.secret-key, ' '",
        "mobile-sync.store.bucket, Captures",
        "mobile-sync.store.key-template, x.jpg",
        "mobile-sync.store.timeout, 0s",
        "mobile-sync.store.connect-timeout, -1s",
        "mobile-sync.max-capture-size, 0",
        "mobile-sync.max-capture-size, 1GB",
        "mobile-sync.max-uploads, 0",
        "mobile-sync.max-uploads-per-examinee, 0",
        "mobile-sync.upload-wait, -1s",
        "mobile-sync.answer-within, 0s",
        "mobile-sync.allowed-origins, *",
        "mobile-sync.allowed-origins, https://a.example/path",
        "mobile-sync.allowed-origins, localhost",
        "mobile-sync.allowed-origins, capacitor://",
        "mobile-sync.allowed-origins, https://a.example;b"
    })
    void namesInvalidKey(String key, String value) {
        assertThatThrownBy(() -> bind(Map.of(key, value))).rootCause().hasMessageContaining(key);
    }

    @Test
    void acceptsOriginsOfPagesAndApps() {
        String origins = "https://exam.example.com:8443,capacitor://localhost,ionic://localhost";
        assertThat(bind(Map.of("mobile-sync.allowed-origins", origins)).allowedOrigins())
                .containsExactly(origins.split(","));
    }

    private static WebServerProperties bind(Map<String, String> more) {
        Map<String, String> properties = new HashMap<>(NEEDED);
        properties.putAll(more);
        return new Binder(new MapConfigurationPropertySource(properties))
                .bind("mobile-sync", WebServerProperties.class)
                .get();
    }
}
