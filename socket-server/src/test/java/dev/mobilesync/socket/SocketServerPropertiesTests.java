package dev.mobilesync.socket;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
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
        runner.withPropertyValues("mobile-sync.socket-queue=" + name)
                .run(context ->
                        assertThat(context).getFailure().rootCause().hasMessageContaining("MOBILE_SYNC_SOCKET_QUEUE"));
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
        runner.withPropertyValues("mobile-sync.allowed-origins=" + origin).run(context -> assertThat(context)
                .getFailure()
                .rootCause()
                .hasMessageContaining("MOBILE_SYNC_ALLOWED_ORIGINS"));
    }

    @Test
    void acceptsQueueOfInstance() {
        runner.withPropertyValues("mobile-sync.socket-queue=broadcast_queue.a").run(context -> assertThat(
                        context.getBean(SocketServerProperties.class).socketQueue())
                .isEqualTo("broadcast_queue.a"));
    }
}
