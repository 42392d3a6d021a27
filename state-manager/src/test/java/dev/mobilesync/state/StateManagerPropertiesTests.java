package dev.mobilesync.state;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.service.properties.PropertiesFailureAnalyzer;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class StateManagerPropertiesTests {

    private final ApplicationContextRunner runner = new ApplicationContextRunner().withUserConfiguration(Bound.class);

    @EnableConfigurationProperties(StateManagerProperties.class)
    static class Bound {}

    @Test
    void hasDefaults() {
        runner.run(context -> {
            StateManagerProperties properties = context.getBean(StateManagerProperties.class);
            assertThat(properties.syncTimeout()).hasMinutes(5);
            assertThat(properties.stateTtl()).hasDays(7);
            assertThat(properties.stateChangeNotifyAfter()).hasSeconds(10);
            assertThat(properties.retryInitialInterval()).hasMillis(500);
            assertThat(properties.retryMaxInterval()).hasSeconds(10);
            assertThat(properties.circuitProbeInterval()).hasSeconds(1);
            assertThat(properties.deadlineScanInterval()).hasSeconds(1);
            assertThat(properties.webhook().isEnabled()).isFalse();
            assertThat(properties.webhook().giveUpAfter()).hasDays(1);
        });
    }

    @ParameterizedTest
    @CsvSource({
        "mobile-sync.sync-timeout, 0s",
        "mobile-sync.sync-timeout, 25h",
        "mobile-sync.deadline-lease-ttl, 0s",
        "mobile-sync.state-ttl, 24h",
        "mobile-sync.state-change-notify-after, 0s",
        "mobile-sync.state-change-notify-after, -1s",
        "mobile-sync.sweep-interval, 500ms",
        "mobile-sync.replica-acks, -1",
        "mobile-sync.replica-timeout, 11s",
        "mobile-sync.circuit-probe-interval, 0s",
        "mobile-sync.webhook.timeout, 2m",
        "mobile-sync.webhook.connect-timeout, 0s",
        "mobile-sync.webhook.retry-initial-interval, 0s",
        "mobile-sync.webhook.retry-max-interval, 2h",
        "mobile-sync.webhook.probe-interval, 11m",
        "mobile-sync.webhook.give-up-after, 8d",
        "mobile-sync.webhook.max-in-flight, 0",
        "mobile-sync.webhook.max-pending, 10001"
    })
    void rejectsInvalidValueAndNamesKey(String key, String value) {
        String variable = key.toUpperCase(Locale.ROOT).replaceAll("[.-]", "_");
        runner.withPropertyValues(key + "=" + value).run(context -> assertThat(
                        PropertiesFailureAnalyzer.describe(requireNonNull(context.getStartupFailure())))
                .startsWith(key + " (" + variable + ") must be"));
    }

    @ParameterizedTest
    @CsvSource({"mobile-sync.sync-timeout, 24h", "mobile-sync.sweep-interval, 0s", "mobile-sync.replica-timeout, 10s"})
    void acceptsBounds(String key, String value) {
        runner.withPropertyValues(key + "=" + value)
                .run(context -> assertThat(context).hasNotFailed());
    }
}
