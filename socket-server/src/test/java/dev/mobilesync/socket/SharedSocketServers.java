package dev.mobilesync.socket;

import static org.awaitility.Awaitility.await;

import dev.mobilesync.testsupport.ProxiedServers;
import dev.mobilesync.testsupport.TestServers;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Socket-servers that the test classes of this JVM share, one per combination of settings. All use the same servers, so
 * that every broadcast reaches all of them. Tests use separate examinees, tokens and addresses. Shared servers stop with
 * the JVM.
 */
public final class SharedSocketServers {

    /** Limits of {@link #withLowLimits}. */
    static final int CONNECTIONS_PER_TOKEN = 2;

    static final int HANDSHAKES_PER_ADDRESS = 6;

    private static final String[] LIMITS = {
        "mobile-sync.limits.connections-per-token=" + CONNECTIONS_PER_TOKEN,
        "mobile-sync.limits.handshakes-per-address=" + HANDSHAKES_PER_ADDRESS,
        "mobile-sync.trusted-proxies=127.0.0.0/8"
    };
    private static final Map<String, SocketServerFixture> STARTED = new HashMap<>();
    private static @Nullable ProxiedServers proxies;

    private SharedSocketServers() {}

    /** Default settings; consumes {@code broadcast_queue}. */
    public static SocketServerFixture withDefaults() {
        return get("broadcast_queue", TestServers.shared());
    }

    /** Short timeouts, low limits, allowed origins, and this machine as a trusted proxy. */
    static SocketServerFixture withLowLimits() {
        return get(
                "broadcast_queue.limited",
                TestServers.shared(),
                settings(
                        "mobile-sync.stomp-connect-timeout=10s",
                        "mobile-sync.socket-heart-beat=1s",
                        "mobile-sync.socket-max-subscriptions=3",
                        "mobile-sync.socket-write-timeout=2s",
                        "mobile-sync.allowed-origins=https://exam.example.org,http://localhost:8080,capacitor://localhost"));
    }

    /** Uses {@link #proxies} and low limits. */
    static SocketServerFixture behindProxies() {
        return get("broadcast_queue.proxied", resetProxies(), settings("mobile-sync.broker.confirm-timeout=2s"));
    }

    /** The proxies in front of the shared servers. A test must restore them. */
    static synchronized ProxiedServers proxies() {
        TestServers servers = TestServers.shared();
        if (proxies == null) {
            proxies = new ProxiedServers(servers);
        }
        return proxies;
    }

    private static ProxiedServers resetProxies() {
        ProxiedServers servers = proxies();
        servers.broker().reset();
        servers.redis().reset();
        return servers;
    }

    private static String[] settings(String... more) {
        String[] settings = Arrays.copyOf(LIMITS, LIMITS.length + more.length);
        System.arraycopy(more, 0, settings, LIMITS.length, more.length);
        return settings;
    }

    /** A server without connections that consumes its queue, with an empty {@code status_queue}. */
    private static synchronized SocketServerFixture get(String queue, TestServers servers, String... settings) {
        SocketServerFixture server = STARTED.computeIfAbsent(queue, key -> {
            String[] all = Arrays.copyOf(settings, settings.length + 1);
            all[settings.length] = "mobile-sync.socket-queue=" + queue;
            return SocketServerFixture.start(servers.properties(), all);
        });
        server.awaitConsuming(true);
        await().pollDelay(Duration.ZERO).until(() -> server.sessions() == 0);
        server.purgeStatus();
        return server;
    }
}
