package dev.mobilesync.web;

import static java.util.Objects.requireNonNull;

import dev.mobilesync.web.common.KeyTemplate;
import dev.mobilesync.web.common.WebServerProperties;
import java.net.URI;
import java.time.Duration;
import java.util.Map;

/** Settings of an object store, for tests that use it without a web-server. */
public final class StoreProperties {

    /** The default key template: plans share the keys of an examinee. */
    public static final String KEY_TEMPLATE = "{examineeId}/sync_cap.jpg";

    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private StoreProperties() {}

    /** From properties {@code mobile-sync.store.*}. */
    public static WebServerProperties.Store of(Map<String, String> properties, String keyTemplate) {
        return new WebServerProperties.Store(
                URI.create(requireNonNull(properties.get("mobile-sync.store.endpoint"))),
                requireNonNull(properties.get("mobile-sync.store.access-key")),
                requireNonNull(properties.get("mobile-sync.store.secret-key")),
                properties.getOrDefault("mobile-sync.store.region", "us-east-1"),
                properties.getOrDefault("mobile-sync.store.bucket", "captures"),
                new KeyTemplate(keyTemplate),
                TIMEOUT,
                TIMEOUT);
    }
}
