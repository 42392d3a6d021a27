package dev.mobilesync.reliability;

import dev.mobilesync.testsupport.NetworkProxy;
import dev.mobilesync.testsupport.StoreProcess;
import dev.mobilesync.testsupport.TestTokens;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The environment variables of the services. */
final class ServiceEnvironment {

    /** The delay after which the examinee and the proctors are notified that a state cannot be written. */
    static final Duration STATE_CHANGE_NOTIFY_AFTER = Duration.ofSeconds(4);
    /** The lease of deadlines that have passed. */
    static final Duration DEADLINE_LEASE_TTL = Duration.ofSeconds(8);

    /**
     * Shorter than the defaults of 10 s, 30 s, 10 s, 10 s and 5 s, so that scenarios wait less. The interval of
     * heart-beats is only the server's minimum: the simulated browsers request 10 s, as pages do, and a test that needs shorter
     * ones requests them in the CONNECT frame.
     */
    private static final Map<String, String> SHORT_TIMES = Map.of(
            "MOBILE_SYNC_STATE_CHANGE_NOTIFY_AFTER", STATE_CHANGE_NOTIFY_AFTER.toSeconds() + "s",
            "MOBILE_SYNC_DEADLINE_LEASE_TTL", DEADLINE_LEASE_TTL.toSeconds() + "s",
            "MOBILE_SYNC_SOCKET_HEART_BEAT", "2s",
            "MOBILE_SYNC_SOCKET_WRITE_TIMEOUT", "4s",
            "MOBILE_SYNC_DRAIN_TIME", "2s");

    private static final List<String> LIMITS = List.of(
            "UPLOADS_PER_EXAMINEE",
            "REQUESTS_PER_CALLER",
            "ANONYMOUS_REQUESTS_PER_ADDRESS",
            "PAGES_PER_ADDRESS",
            "HANDSHAKES_PER_ADDRESS",
            "CONNECTIONS_PER_TOKEN");

    private ServiceEnvironment() {}

    /**
     * The variables of every service. Limits per address and caller are off.
     *
     * @param redis {@code null} for a Redis Cluster
     */
    static Map<String, String> common(
            int port, int managementPort, List<NetworkProxy> broker, @Nullable NetworkProxy redis) {
        Map<String, String> common = new HashMap<>(SHORT_TIMES);
        common.put("SERVER_PORT", Integer.toString(port));
        common.put("MANAGEMENT_SERVER_PORT", Integer.toString(managementPort));
        common.put("MOBILE_SYNC_JWT_SECRET", TestTokens.SECRET);
        common.put(
                "SPRING_RABBITMQ_ADDRESSES",
                broker.stream().map(proxy -> "127.0.0.1:" + proxy.port()).collect(Collectors.joining(",")));
        if (redis != null) {
            common.put("SPRING_DATA_REDIS_HOST", "127.0.0.1");
            common.put("SPRING_DATA_REDIS_PORT", Integer.toString(redis.port()));
        }
        LIMITS.forEach(limit -> common.put("MOBILE_SYNC_LIMITS_" + limit, "0"));
        return common;
    }

    /** The additional variables of web-server. */
    static Map<String, String> store(NetworkProxy store) {
        return Map.of(
                "MOBILE_SYNC_STORE_ENDPOINT", "http://127.0.0.1:" + store.port(),
                "MOBILE_SYNC_STORE_ACCESS_KEY", StoreProcess.ACCESS_KEY,
                "MOBILE_SYNC_STORE_SECRET_KEY", StoreProcess.SECRET_KEY,
                "MOBILE_SYNC_STORE_BUCKET", StoreProcess.BUCKET);
    }
}
