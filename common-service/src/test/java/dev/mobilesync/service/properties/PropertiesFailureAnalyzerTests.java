package dev.mobilesync.service.properties;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.junit.jupiter.api.Test;

class PropertiesFailureAnalyzerTests {

    private final PropertiesFailureAnalyzer analyzer = new PropertiesFailureAnalyzer();

    @Test
    void namesKey() {
        Exception failure = new IllegalStateException(
                "bean", new RuntimeException(new IllegalArgumentException("MOBILE_SYNC_JWT_SECRET is not set")));
        assertThat(Objects.requireNonNull(analyzer.analyze(failure)).getDescription())
                .isEqualTo("MOBILE_SYNC_JWT_SECRET is not set");
    }

    @Test
    void ignoresOtherFailures() {
        assertThat(analyzer.analyze(new IllegalStateException("something else")))
                .isNull();
        assertThat(analyzer.analyze(new IllegalStateException(
                        new java.io.IOException("MOBILE_SYNC_STORE_ENDPOINT could not be reached"))))
                .isNull();
    }
}
