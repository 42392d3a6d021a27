package dev.mobilesync.state;

import jakarta.validation.Valid;
import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.PositiveOrZero;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Properties of this service, {@code mobile-sync.*}.
 *
 * @param syncTimeout how long an examinee may wait for a picture; 1 s to 24 h
 * @param deadlineLeaseTtl how long an instance leases the passed deadlines that it handles; if it dies, other instances handle
 *     them afterwards; 1 s or more
 * @param stateTtl time to live of a record after its last change; longer than 24 h, the furthest possible deadline
 * @param stateChangeNotifyAfter the time since an instance received a message after which a failed retry notifies its examinee and
 *     the proctors; 100 ms or more
 * @param sweepInterval between two sweeps; 1 s or more, or 0 to disable sweeps
 * @param replicaAcks replicas of Redis that must acknowledge a change before it is published; 0 disables the check
 * @param replicaTimeout how long to wait for these replicas; then the message is retried; 10 ms to 10 s
 * @param retryInitialInterval from the first failure of a message to its retry; doubled after each further one, with jitter
 * @param retryMaxInterval the longest interval between two attempts for a message
 * @param circuitProbeInterval between two attempts while Redis or the broker is unavailable
 * @param deadlineScanInterval between two scans for passed deadlines
 * @param webhook receivers of state changes over HTTP, {@code mobile-sync.webhook.*}
 */
@Validated
@ConfigurationProperties("mobile-sync")
public record StateManagerProperties(
        @DefaultValue("5m") @DurationMin(seconds = 1) @DurationMax(hours = 24)
        Duration syncTimeout,

        @DefaultValue("30s") @DurationMin(seconds = 1) Duration deadlineLeaseTtl,

        @DefaultValue("7d") @DurationMin(hours = 24, inclusive = false)
        Duration stateTtl,

        @DefaultValue("10s") @DurationMin(millis = 100) Duration stateChangeNotifyAfter,
        @DefaultValue("5m") Duration sweepInterval,
        @DefaultValue("0") @PositiveOrZero int replicaAcks,

        @DefaultValue("1s") @DurationMin(millis = 10) @DurationMax(seconds = 10)
        Duration replicaTimeout,

        @DefaultValue("500ms") @DurationMin(millis = 1) Duration retryInitialInterval,
        @DefaultValue("10s") @DurationMin(millis = 1) Duration retryMaxInterval,
        @DefaultValue("1s") @DurationMin(millis = 1) Duration circuitProbeInterval,
        @DefaultValue("1s") @DurationMin(millis = 1) Duration deadlineScanInterval,
        @DefaultValue @Valid WebhookProperties webhook) {

    @AssertTrue(message = "mobile-sync.sweep-interval (MOBILE_SYNC_SWEEP_INTERVAL) must be 1s or more, or 0 for never")
    boolean isSweepIntervalValid() {
        return sweepInterval.isZero() || sweepInterval.compareTo(Duration.ofSeconds(1)) >= 0;
    }
}
