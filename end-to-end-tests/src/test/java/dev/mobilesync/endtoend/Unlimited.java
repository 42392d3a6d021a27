package dev.mobilesync.endtoend;

import java.util.Map;

/** Settings for tests that knock more often in a minute than anybody would. */
final class Unlimited {

    static final Map<String, String> SETTINGS = Map.of(
            "mobile-sync.limits.uploads-per-device", "0",
            "mobile-sync.limits.requests-per-caller", "0",
            "mobile-sync.limits.requests-per-address", "0",
            "mobile-sync.limits.pages-per-address", "0",
            "mobile-sync.pairing.life", "1h",
            "mobile-sync.pairing.failures", "1000000",
            "mobile-sync.pairing.failures-per-address", "1000000");

    private Unlimited() {}
}
