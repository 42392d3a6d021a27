package dev.mobilesync.web.sweep;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The settings of the sweep, {@code mobile-sync.*}.
 *
 * @param sweepInterval how often pictures are looked for that no record speaks of; 0 for never
 * @param stateTtl how long a record stays after its last change: older pictures are left alone
 */
@ConfigurationProperties("mobile-sync")
record ReconciliationProperties(
        @DefaultValue("5m") Duration sweepInterval,
        @DefaultValue("7d") Duration stateTtl) {

    ReconciliationProperties {
        if (!sweepInterval.isZero() && sweepInterval.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new IllegalArgumentException(
                    "mobile-sync.sweep-interval (MOBILE_SYNC_SWEEP_INTERVAL) must be 1s or more, or 0 for never");
        }
    }
}
