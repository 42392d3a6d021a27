package dev.mobilesync.web.reconciliation;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Properties of the reconciliation, {@code mobile-sync.*}.
 *
 * @param sweepInterval between two runs; 0 for never
 * @param stateTtl how long a record lives after its last change; older captures are skipped
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
