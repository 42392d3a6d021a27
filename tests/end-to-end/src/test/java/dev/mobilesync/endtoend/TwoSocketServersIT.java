package dev.mobilesync.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mobilesync.testsupport.ChildProcess;
import dev.mobilesync.testsupport.StompTestClient;
import dev.mobilesync.testsupport.TestPorts;
import dev.mobilesync.testsupport.TestServers;
import dev.mobilesync.testsupport.TestTokens;
import java.net.URI;
import java.net.http.WebSocketHandshakeException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two socket-servers as separate JVMs, one of which is killed. */
@Tag("slow")
class TwoSocketServersIT {

    private static final Duration RECOVERY_LIMIT = Duration.ofMinutes(1);

    private final String token = TestTokens.examinee("P001", "E001");

    @Test
    void releasesConnectionsOfDeadInstance(@TempDir Path directory) {
        int one = TestPorts.freePort();
        int other = TestPorts.freePort();
        try (TestServers servers = TestServers.open();
                ChildProcess killed = start(servers, directory, one, "broadcast_queue.one");
                ChildProcess remaining = start(servers, directory, other, "broadcast_queue.other")) {
            assertThat(connects(one)).isTrue();
            assertThat(connects(one)).isTrue();
            await().atMost(RECOVERY_LIMIT).until(() -> !connectsBriefly(other));

            killed.kill();

            await().atMost(RECOVERY_LIMIT).until(() -> connects(other));
            assertThat(connects(other)).isTrue();
            assertThat(connects(other)).isFalse();
            assertThat(remaining.output()).doesNotContain("Exception");
        }
    }

    private static ChildProcess start(TestServers servers, Path directory, int port, String queue) {
        Map<String, String> environment = new HashMap<>(ThreeProcessesIT.environment(servers));
        environment.put("MOBILE_SYNC_SOCKET_QUEUE", queue);
        environment.put("MOBILE_SYNC_LIMITS_CONNECTIONS_PER_TOKEN", "2");
        int management = TestPorts.freePort();
        ChildProcess process = ChildProcess.jar(
                "socket-server/target/socket-server-exec.jar",
                directory,
                ThreeProcessesIT.with(environment, port, management));
        try {
            ThreeProcessesIT.awaitReady(management, process);
            return process;
        } catch (RuntimeException | Error e) {
            process.close();
            throw e;
        }
    }

    /** Connects one more browser with the same token; returns whether the server accepts it. */
    private boolean connects(int port) {
        return connect(port) != null;
    }

    private boolean connectsBriefly(int port) {
        StompTestClient browser = connect(port);
        if (browser == null) {
            return false;
        }
        browser.close();
        return true;
    }

    private @Nullable StompTestClient connect(int port) {
        StompTestClient browser;
        try {
            browser = StompTestClient.open(URI.create("ws://127.0.0.1:" + port + "/ws"), Map.of());
        } catch (WebSocketHandshakeException e) {
            throw new AssertionError(e);
        }
        browser.login(token, Map.of());
        try {
            browser.connected();
            return browser;
        } catch (AssertionError e) {
            assertThat(browser.awaitClose().reason()).startsWith("TOO_MANY_CONNECTIONS:");
            return null;
        }
    }
}
