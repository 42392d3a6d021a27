package dev.mobilesync.service.properties;

import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.logging.Log;
import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.logging.DeferredLogFactory;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/**
 * Accepts renamed keys under their old names for one release, as properties and as environment variables. If both are set, the new
 * one wins. Either way it logs a warning. The new key must have no default in a configuration file, which would win, too.
 */
public final class RenamedKeysEnvironmentPostProcessor implements EnvironmentPostProcessor, Ordered {

    private static final String PREFIX = "mobile-sync.";

    /** New names by old names, both without the prefix. */
    static final Map<String, String> RENAMED = Map.ofEntries(
            Map.entry("answer-within", "upload-response-timeout"),
            Map.entry("jwt.max-life", "jwt.max-ttl"),
            Map.entry("limits.connects-per-address", "limits.handshakes-per-address"),
            Map.entry("limits.frame-burst", "limits.stomp-frame-burst"),
            Map.entry("limits.frames-per-second", "limits.stomp-frames-per-second"),
            Map.entry("limits.requests-per-address", "limits.anonymous-requests-per-address"),
            Map.entry("limits.uploads-per-device", "limits.uploads-per-examinee"),
            Map.entry("max-uploads-per-examinee", "max-concurrent-uploads-per-examinee"),
            Map.entry("pages.capture-notice-en", "pages.privacy-notice-en"),
            Map.entry("pages.capture-notice-ko", "pages.privacy-notice-ko"),
            Map.entry("pairing.failures", "pairing.max-wrong-codes"),
            Map.entry("pairing.failures-per-address", "pairing.max-wrong-codes-per-address"),
            Map.entry("pairing.life", "pairing.code-ttl"),
            Map.entry("pairing.token-life", "pairing.token-ttl"),
            Map.entry("pauses.deadline-scan", "deadline-scan-interval"),
            Map.entry("pauses.first-retry", "retry-initial-interval"),
            Map.entry("pauses.longest-retry", "retry-max-interval"),
            Map.entry("pauses.probe", "circuit-probe-interval"),
            Map.entry("socket-connect-time", "stomp-connect-timeout"),
            Map.entry("socket-queue-claim-time", "socket-queue-acquire-timeout"),
            Map.entry("socket-send-time", "socket-write-timeout"),
            Map.entry("state-change-limit", "state-change-notify-after"),
            Map.entry("timeout-lease", "deadline-lease-ttl"),
            Map.entry("upload-wait", "upload-slot-timeout"));

    private final Log log;

    public RenamedKeysEnvironmentPostProcessor(DeferredLogFactory logs) {
        log = logs.getLog(getClass());
    }

    @Override
    public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
        Binder binder = Binder.get(environment);
        Map<String, Object> values = new TreeMap<>();
        RENAMED.forEach((oldName, newName) -> {
            String oldKey = PREFIX + oldName;
            String newKey = PREFIX + newName;
            binder.bind(oldKey, String.class).ifBound(value -> {
                boolean overridden = binder.bind(newKey, String.class).isBound();
                log.warn(PropertiesFailureAnalyzer.withVariable(oldKey) + " is deprecated"
                        + (overridden ? " and ignored, because its new name is also set: " : "; its new name is ")
                        + PropertiesFailureAnalyzer.withVariable(newKey));
                values.put(newKey, value);
            });
        });
        environment.getPropertySources().addLast(new MapPropertySource("renamedKeys", values));
    }

    /** After configuration files are read. */
    @Override
    public int getOrder() {
        return LOWEST_PRECEDENCE;
    }
}
