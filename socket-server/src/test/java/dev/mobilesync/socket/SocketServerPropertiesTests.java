package dev.mobilesync.socket;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.service.properties.PropertiesFailureAnalyzer;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class SocketServerPropertiesTests {

    private final ApplicationContextRunner runner = new ApplicationContextRunner().withUserConfiguration(Bound.class);

    @EnableConfigurationProperties(SocketServerProperties.class)
    static class Bound {}

    @ParameterizedTest
    @ValueSource(strings = {"status_queue", "broadcast_queue.", "broadcast_queue.a b", "broadcast_queue2"})
    void rejectsInvalidQueueName(String name) {
        assertRejected("mobile-sync.socket-queue", name);
    }

    @ParameterizedTest
    @CsvSource({
        "mobile-sync.socket-queue-acquire-timeout, -1s",
        "mobile-sync.stomp-connect-timeout, 0s",
        "mobile-sync.socket-heart-beat, 0s",
        "mobile-sync.socket-max-frame-size, 1023",
        "mobile-sync.socket-max-frame-size, 512MB",
        "mobile-sync.socket-max-subscriptions, 0",
        "mobile-sync.socket-send-buffer, 0",
        "mobile-sync.socket-write-timeout, 0s",
        "mobile-sync.socket-stop-time, -1s",
        "mobile-sync.limits.stomp-frames-per-second, -1",
        "mobile-sync.limits.stomp-frames-per-second, 1000001",
        "mobile-sync.limits.stomp-frame-burst, -1",
        "mobile-sync.limits.connections-per-token, -1",
        "mobile-sync.limits.handshakes-per-address, -1"
    })
    void rejectsInvalidValueAndNamesKey(String key, String value) {
        assertRejected(key, value);
    }

    private void assertRejected(String key, String value) {
        String variable = key.toUpperCase(Locale.ROOT).replaceAll("[.-]", "_");
        runner.withPropertyValues(key + "=" + value).run(context -> assertThat(
                        PropertiesFailureAnalyzer.describe(requireNonNull(context.getStartupFailure())))
                .startsWith(key + " (" + variable + ") must "));
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://a.example.org", "capacitor://localhost", "ionic://localhost:8080", "app://x", "*"})
    void acceptsOriginsOfPagesAndApps(String origin) {
        runner.withPropertyValues("mobile-sync.allowed-origins=" + origin).run(context -> assertThat(
                        context.getBean(SocketServerProperties.class).allowedOrigins())
                .containsExactly(origin));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"localhost", "https://a.example.org/", "capacitor://", "://localhost", "https://*", "a b://c"})
    void rejectsInvalidOrigin(String origin) {
        assertRejected("mobile-sync.allowed-origins", origin);
    }

    @Test
    void acceptsQueueOfInstance() {
        runner.withPropertyValues("mobile-sync.socket-queue=broadcast_queue.a").run(context -> assertThat(
                        context.getBean(SocketServerProperties.class).socketQueue())
                .isEqualTo("broadcast_queue.a"));
    }
}
