package dev.mobilesync.web.pairing;

import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Properties of pairing, {@code mobile-sync.*}.
 *
 * @param publicUrl this server's URL for phones, such as {@code https://exam.example.com}; the QR code's link begins with
 *     it. The default is the URL that the examinee's browser used
 * @param stateTtl how long an examinee's record lives after its last change; the binding of the phone lives as long
 * @param pairing codes and tokens
 */
@ConfigurationProperties("mobile-sync")
record PairingProperties(
        @Nullable URI publicUrl,
        @DefaultValue("7d") Duration stateTtl,
        @DefaultValue Pairing pairing) {

    private static final Duration MAX_CODE_TTL = Duration.ofHours(1);
    private static final int MAX_FAILURES_PER_ADDRESS = 1_000_000;
    private static final Duration MAX_TOKEN_TTL = Duration.ofDays(7);

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
     * @param codeTtl lifetime of a code
     * @param tokenTtl how long a phone may upload after it was paired
     * @param failuresPerAddress wrong typed codes per minute and client address or IPv6 /64; four times as many per /56,
     *     16 times per /48
     * @param failures wrong typed codes per minute of all clients, at all instances
     */
    record Pairing(
            @DefaultValue("2m") Duration codeTtl,
            @DefaultValue("4h") Duration tokenTtl,
            @DefaultValue("10") int failuresPerAddress,
            @DefaultValue("1000") int failures) {

        Pairing {
            requireWithin(codeTtl, MAX_CODE_TTL, "mobile-sync.pairing.code-ttl");
            requireWithin(tokenTtl, MAX_TOKEN_TTL, "mobile-sync.pairing.token-ttl");
            require(
                    failuresPerAddress > 0 && failuresPerAddress <= MAX_FAILURES_PER_ADDRESS,
                    "mobile-sync.pairing.failures-per-address",
                    "must be between 1 and " + MAX_FAILURES_PER_ADDRESS);
            require(failures > 0, "mobile-sync.pairing.failures", "must be more than 0");
        }
    }

    /** Lifetime of the binding of a phone: no token outlives it. */
    Duration bindingTtl() {
        return stateTtl.compareTo(pairing.tokenTtl()) > 0 ? stateTtl : pairing.tokenTtl();
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
