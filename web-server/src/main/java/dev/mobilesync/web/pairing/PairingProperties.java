package dev.mobilesync.web.pairing;

import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The settings of pairing, {@code mobile-sync.*}.
 *
 * @param publicUrl where phones reach this server, such as {@code https://exam.example.com}: what the QR code's link
 *     begins with. Where it is not set, the address that the examinee's browser used
 * @param stateTtl how long an examinee's record stays after its last change; as long is known which phone is theirs
 * @param pairing codes and tokens
 */
@ConfigurationProperties("mobile-sync")
record PairingProperties(
        @Nullable URI publicUrl,
        @DefaultValue("7d") Duration stateTtl,
        @DefaultValue Pairing pairing) {

    private static final Duration MAX_LIFE = Duration.ofHours(1);
    private static final int MAX_FAILURES_PER_ADDRESS = 1_000_000;
    private static final Duration MAX_TOKEN_LIFE = Duration.ofDays(7);

    PairingProperties {
        require(
                publicUrl == null
                        || publicUrl.getHost() != null
                                && publicUrl.getRawQuery() == null
                                && publicUrl.getRawFragment() == null
                                && publicUrl.getRawUserInfo() == null
                                && ("http".equals(publicUrl.getScheme()) || "https".equals(publicUrl.getScheme())),
                "mobile-sync.public-url",
                "must be an address such as https://exam.example.com");
        require(stateTtl.compareTo(Duration.ZERO) > 0, "mobile-sync.state-ttl", "must be more than 0");
    }

    /**
     * @param life how long a code is good
     * @param tokenLife how long a phone may upload after it was paired
     * @param failuresPerAddress how many wrong codes may be typed a minute at one client address, or IPv6 /64; four times
     *     as many in a /56, and 16 times in a /48
     * @param failures how many wrong codes all clients together may type a minute, at all instances
     */
    record Pairing(
            @DefaultValue("2m") Duration life,
            @DefaultValue("4h") Duration tokenLife,
            @DefaultValue("10") int failuresPerAddress,
            @DefaultValue("1000") int failures) {

        Pairing {
            requireWithin(life, MAX_LIFE, "mobile-sync.pairing.life");
            requireWithin(tokenLife, MAX_TOKEN_LIFE, "mobile-sync.pairing.token-life");
            require(
                    failuresPerAddress > 0 && failuresPerAddress <= MAX_FAILURES_PER_ADDRESS,
                    "mobile-sync.pairing.failures-per-address",
                    "must be between 1 and " + MAX_FAILURES_PER_ADDRESS);
            require(failures > 0, "mobile-sync.pairing.failures", "must be more than 0");
        }
    }

    /** How long is remembered which phone is an examinee's: no token outlives it. */
    Duration pairedFor() {
        return stateTtl.compareTo(pairing.tokenLife()) > 0 ? stateTtl : pairing.tokenLife();
    }

    private static void requireWithin(Duration duration, Duration max, String key) {
        require(
                duration.compareTo(Duration.ofSeconds(1)) >= 0 && duration.compareTo(max) <= 0,
                key,
                "must be between 1s and " + max.toHours() + "h");
    }

    private static void require(boolean condition, String key, String rule) {
        if (!condition) {
            throw new IllegalArgumentException(
                    key + " (" + key.toUpperCase(Locale.ROOT).replaceAll("[.-]", "_") + ") " + rule);
        }
    }
}
