package dev.mobilesync.state;

import dev.mobilesync.messages.MobileSyncOrder;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Configuration of this service, {@code mobile-sync.*}.
 *
 * @param syncTimeout how long an examinee may wait for a picture; 1 s to 24 h
 * @param timeoutLease for which an instance claims passed deadlines; if it dies, others handle them afterwards; 1 s or
 *     more
 * @param stateTtl time to live of a record after its last change; longer than 24 h, the furthest possible deadline
 * @param stateChangeLimit how long a message may be delayed until its clients are notified; 100 ms or more
 * @param sweepInterval between two reconciliations of waits; 1 s or more, or 0 to disable them
 * @param replicaAcks replicas of Redis that must acknowledge a change before it is published; 0 disables the check
 * @param replicaTimeout for the replicas to acknowledge; the message is retried afterwards; 10 ms to 10 s
 * @param pauses {@code mobile-sync.pauses.*}
 */
@ConfigurationProperties("mobile-sync")
public record StateManagerProperties(
        @DefaultValue("5m") Duration syncTimeout,
        @DefaultValue("30s") Duration timeoutLease,
        @DefaultValue("7d") Duration stateTtl,
        @DefaultValue("10s") Duration stateChangeLimit,
        @DefaultValue("5m") Duration sweepInterval,
        @DefaultValue("0") int replicaAcks,
        @DefaultValue("1s") Duration replicaTimeout,
        @DefaultValue Pauses pauses) {

    /**
     * Pauses between attempts. The defaults are for production; tests shorten them.
     *
     * @param firstRetry after the first failure of a message; doubled after each further one, with jitter
     * @param longestRetry the longest pause between two attempts for a message
     * @param probe between two attempts while Redis or the broker is unavailable
     * @param deadlineScan between two scans for passed deadlines
     */
    public record Pauses(
            @DefaultValue("500ms") Duration firstRetry,
            @DefaultValue("10s") Duration longestRetry,
            @DefaultValue("1s") Duration probe,
            @DefaultValue("1s") Duration deadlineScan) {}

    public StateManagerProperties {
        require(
                syncTimeout.compareTo(Duration.ofSeconds(1)) >= 0
                        && syncTimeout.compareTo(MobileSyncOrder.MAX_EXTENSION) <= 0,
                "mobile-sync.sync-timeout must be 1 s to 24 h, not " + syncTimeout);
        require(
                timeoutLease.compareTo(Duration.ofSeconds(1)) >= 0,
                "mobile-sync.timeout-lease must be 1 s or more, not " + timeoutLease);
        require(
                stateTtl.compareTo(MobileSyncOrder.MAX_EXTENSION) > 0,
                "mobile-sync.state-ttl must be longer than 24 h, not " + stateTtl);
        require(
                stateChangeLimit.compareTo(Duration.ofMillis(100)) >= 0,
                "mobile-sync.state-change-limit must be 100 ms or more, not " + stateChangeLimit);
        require(
                sweepInterval.isZero() || sweepInterval.compareTo(Duration.ofSeconds(1)) >= 0,
                "mobile-sync.sweep-interval must be 1 s or more, or 0 to disable it, not " + sweepInterval);
        require(replicaAcks >= 0, "mobile-sync.replica-acks must be 0 or more, not " + replicaAcks);
        require(
                replicaTimeout.compareTo(Duration.ofMillis(10)) >= 0
                        && replicaTimeout.compareTo(Duration.ofSeconds(10)) <= 0,
                "mobile-sync.replica-timeout must be 10 ms to 10 s, not " + replicaTimeout);
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }
}
