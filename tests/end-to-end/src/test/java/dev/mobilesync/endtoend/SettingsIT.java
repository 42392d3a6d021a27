package dev.mobilesync.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.testsupport.ChildProcess;
import dev.mobilesync.testsupport.TestServers;
import dev.mobilesync.testsupport.TestTokens;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs the built jars with missing or invalid properties. They exit before they connect to a server. */
@Tag("slow")
class SettingsIT {

    private static final Map<String, String> PROPERTIES = Map.of(
            "mobile-sync.jwt.secret", TestTokens.SECRET,
            "mobile-sync.store.endpoint", "http://127.0.0.1:1",
            "mobile-sync.store.access-key", "access",
            "mobile-sync.store.secret-key", "a-secret-key",
            "server.port", "0",
            "management.server.port", "0");

    @Test
    void namesMissingSecret(@TempDir Path directory) {
        assertNamed("web-server", "MOBILE_SYNC_JWT_SECRET", "", "MOBILE_SYNC_JWT_SECRET is not set", directory);
    }

    @ParameterizedTest
    @CsvSource({
        "socket-server, MOBILE_SYNC_JWT_SECRET, '', MOBILE_SYNC_JWT_SECRET is not set",
        "web-server, MOBILE_SYNC_JWT_SECRET, 0123456789012345678901234567890, MOBILE_SYNC_JWT_SECRET is too short",
        "socket-server, MOBILE_SYNC_JWT_SECRET, aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, MOBILE_SYNC_JWT_SECRET is too weak",
        "web-server, MOBILE_SYNC_TRUSTED_PROXIES, a-name, MOBILE_SYNC_TRUSTED_PROXIES",
        "web-server, MOBILE_SYNC_STORE_BUCKET, Captures, mobile-sync.store.bucket (MOBILE_SYNC_STORE_BUCKET) must be",
        "state-manager, MOBILE_SYNC_SYNC_TIMEOUT, 0s, mobile-sync.sync-timeout (MOBILE_SYNC_SYNC_TIMEOUT) must be",
        "state-manager, MOBILE_SYNC_CIRCUIT_PROBE_INTERVAL, 0s, mobile-sync.circuit-probe-interval (MOBILE_SYNC_CIRCUIT_PROBE_INTERVAL) must be",
        "state-manager, MOBILE_SYNC_PAUSES_PROBE, 0s, MOBILE_SYNC_CIRCUIT_PROBE_INTERVAL) must be",
        "state-manager, MOBILE_SYNC_WEBHOOK_URL, http://exam.example.com, mobile-sync.webhook.url (MOBILE_SYNC_WEBHOOK_URL)",
        "state-manager, MOBILE_SYNC_WEBHOOK_SECRET, whsec_c2hvcnQ=, mobile-sync.webhook.secret (MOBILE_SYNC_WEBHOOK_SECRET)",
        "state-manager, MOBILE_SYNC_WEBHOOK_ENDPOINTS_ACME_URL, https://exam.example.com, must be named MOBILESYNC_WEBHOOK",
        "socket-server, MOBILE_SYNC_LIMITS_STOMP_FRAME_BURST, -1, mobile-sync.limits.stomp-frame-burst (MOBILE_SYNC_LIMITS_STOMP_FRAME_BURST) must be"
    })
    void namesInvalidProperty(String service, String key, String value, String expected, @TempDir Path directory) {
        assertNamed(service, key, value, expected, directory);
    }

    private static void assertNamed(String service, String key, String value, String expected, Path directory) {
        Map<String, String> environment = new HashMap<>(TestServers.environment(PROPERTIES));
        environment.put(key, value);
        String jar = service + "/target/" + service + "-exec.jar";
        try (ChildProcess process = ChildProcess.jar(jar, directory, environment)) {
            assertThat(process.awaitExit()).as(process.output()).isEqualTo(1);
            assertThat(process.output())
                    .containsSubsequence("APPLICATION FAILED TO START", "Description:", expected, "Action:")
                    .doesNotContain("\tat ");
            assertThat(process.output()).doesNotContain(TestTokens.SECRET, "a-secret-key");
            if (!value.isEmpty() && key.endsWith("SECRET")) {
                assertThat(process.output()).doesNotContain(value);
            }
        }
    }
}
