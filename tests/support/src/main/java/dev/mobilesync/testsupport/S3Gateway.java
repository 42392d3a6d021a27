package dev.mobilesync.testsupport;

import dev.mobilesync.testsupport.api.HttpExchange;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/**
 * A real S3 server with versions and delete markers: that of {@code MOBILE_SYNC_STORE_ENDPOINT} and its related variables, or
 * the Ceph gateway of {@code .ci/ceph.sh start} on port 7480 of 127.0.0.1. See {@link NeedsS3Gateway}.
 */
public final class S3Gateway {

    /** The reason of skipped tests. */
    public static final String SKIP_REASON =
            "there is no S3 gateway here; start one with .ci/ceph.sh start FOLDER, or name one in MOBILE_SYNC_STORE_ENDPOINT";

    /** The reason of skipped tests that need the gateway with a slow clock. */
    public static final String NO_PAST =
            "there is no S3 gateway with a slow clock here; install faketime, then start one with .ci/ceph.sh start FOLDER";

    /** From the port of the gateway to that of the gateway with a slow clock. */
    private static final int BACKDATED_OFFSET = 50;

    private S3Gateway() {}

    /** Whether tests run: the server responds, or they should fail because it does not. */
    public static boolean isAvailable() {
        return ServerLocator.isCi() || ServerLocator.isReachable(endpoint().getHost(), port());
    }

    /** As {@link #isAvailable}, for the gateway of the same cluster whose clock is 40 days slow. */
    public static boolean isBackdatedAvailable() {
        return ServerLocator.isCi() || ServerLocator.isReachable(endpoint().getHost(), port() + BACKDATED_OFFSET);
    }

    /** The gateway whose clock is 40 days slow. It rejects requests with the current time. */
    public static URI backdatedEndpoint() {
        return URI.create("http://" + endpoint().getHost() + ":" + (port() + BACKDATED_OFFSET));
    }

    private static URI endpoint() {
        return URI.create(String.valueOf(connection().get("mobile-sync.store.endpoint")));
    }

    private static int port() {
        URI endpoint = endpoint();
        if (endpoint.getPort() > 0) {
            return endpoint.getPort();
        }
        return endpoint.getScheme().equals("https") ? 443 : 80;
    }

    /** The Spring properties for web-server, with a bucket that does not exist yet. */
    public static Map<String, String> properties() {
        Map<String, String> properties = new HashMap<>(connection());
        properties.put("mobile-sync.store.bucket", HttpExchange.TEST_BUCKET_PREFIX + UUID.randomUUID());
        return properties;
    }

    private static Map<String, String> connection() {
        Map<String, String> named = TestStore.named();
        return named.containsKey("mobile-sync.store.endpoint")
                ? named
                : Map.of(
                        "mobile-sync.store.endpoint",
                        "http://127.0.0.1:7480",
                        "mobile-sync.store.access-key",
                        "test-access",
                        "mobile-sync.store.secret-key",
                        "test-secret-key");
    }
}
