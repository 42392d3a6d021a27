package dev.mobilesync.endtoend;

import java.util.Map;

/**
 * Properties for tests that send more requests per minute than the limits allow, on a machine that may be busy. Background
 * jobs publish no messages, proctors stay connected after an outage of the broker, and the examinee and the proctors are soon
 * notified of a state that cannot be written. The sandbox is on, which affects only the examinees of {@link SandboxIT}.
 */
final class TestProperties {

    static final Map<String, String> PROPERTIES = Map.ofEntries(
            Map.entry("mobile-sync.limits.uploads-per-examinee", "0"),
            Map.entry("mobile-sync.limits.requests-per-caller", "0"),
            Map.entry("mobile-sync.limits.anonymous-requests-per-address", "0"),
            Map.entry("mobile-sync.limits.pages-per-address", "0"),
            Map.entry("mobile-sync.limits.handshakes-per-address", "0"),
            Map.entry("mobile-sync.limits.connections-per-token", "0"),
            Map.entry("mobile-sync.limits.stomp-frame-burst", "0"),
            Map.entry("mobile-sync.limits.stomp-frames-per-second", "0"),
            Map.entry("mobile-sync.pairing.code-ttl", "1h"),
            Map.entry("mobile-sync.pairing.max-wrong-codes", "1000000"),
            Map.entry("mobile-sync.pairing.max-wrong-codes-per-address", "1000000"),
            Map.entry("mobile-sync.sweep-interval", "0"),
            Map.entry("mobile-sync.upload-response-timeout", "30s"),
            Map.entry("mobile-sync.store.timeout", "30s"),
            Map.entry("mobile-sync.broker.confirm-timeout", "30s"),
            Map.entry("mobile-sync.state-change-notify-after", "1s"),
            Map.entry("mobile-sync.sandbox-prefix", "sandbox-"));

    private TestProperties() {}
}
