package dev.mobilesync.service.lifecycle;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Properties of the shutdown.
 *
 * @param drainTime how long a stopping service reports not ready and continues to serve; at most 15 s, because Spring
 *     limits the duration of a shutdown phase
 */
@ConfigurationProperties("mobile-sync")
record DrainProperties(@DefaultValue("5s") Duration drainTime) {

    private static final Duration MAX = Duration.ofSeconds(15);

    DrainProperties {
        if (drainTime.isNegative() || drainTime.compareTo(MAX) > 0) {
            throw new IllegalArgumentException(
                    "MOBILE_SYNC_DRAIN_TIME must be between 0s and " + MAX.toSeconds() + "s");
        }
    }
}
