package dev.mobilesync.state;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * This service's settings.
 *
 * @param syncTimeout {@code mobile-sync.sync-timeout}: how long an examinee may wait for a picture; 1 s to 24 h
 * @param timeoutLease {@code mobile-sync.timeout-lease}: how long an instance has the deadlines that it claimed for itself;
 *     if it dies, others end those waits afterwards; 1 s or more
 * @param stateTtl {@code mobile-sync.state-ttl}: how long a record stays after its last change; longer than 24 h, which
 *     is how far ahead a deadline may be put
 * @param stateChangeLimit {@code mobile-sync.state-change-limit}: how long a message may wait for Redis or the broker
 *     until those whom it concerns are told that it does; 100 ms or more
 * @param sweepInterval {@code mobile-sync.sweep-interval}: how often waits are looked for that have lost their deadline;
 *     1 s or more, or 0 for never
 * @param replicaAcks {@code mobile-sync.replica-acks}: how many replicas of Redis must have a change before it is told and
 *     its message acknowledged; 0 where there are none
 * @param replicaTimeout {@code mobile-sync.replica-timeout}: how long that may take until the message waits and is tried
 *     again; 10 ms to 10 s
 * @param pauses {@code mobile-sync.pauses}: between attempts
 */
@ConfigurationProperties("mobile-sync")
record StateManagerProperties(
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
     * @param firstRetry after the first failure of a message; doubled after each further one
     * @param longestRetry the longest pause between two attempts for a message
     * @param probe between two attempts while Redis or the broker is unavailable
     * @param deadlineScan between two scans for passed deadlines
     */
    record Pauses(
            @DefaultValue("500ms") Duration firstRetry,
            @DefaultValue("10s") Duration longestRetry,
            @DefaultValue("1s") Duration probe,
            @DefaultValue("1s") Duration deadlineScan) {}

    StateManagerProperties {
        require(
                syncTimeout.compareTo(Duration.ofSeconds(1)) >= 0
                        && syncTimeout.compareTo(SyncStateMachine.MAX_EXTENSION) <= 0,
                "mobile-sync.sync-timeout must be 1 s to 24 h, not " + syncTimeout);
        require(
                timeoutLease.compareTo(Duration.ofSeconds(1)) >= 0,
                "mobile-sync.timeout-lease must be 1 s or more, not " + timeoutLease);
        require(
                stateTtl.compareTo(SyncStateMachine.MAX_EXTENSION) > 0,
                "mobile-sync.state-ttl must be longer than 24 h, not " + stateTtl);
        require(
                stateChangeLimit.compareTo(Duration.ofMillis(100)) >= 0,
                "mobile-sync.state-change-limit must be 100 ms or more, not " + stateChangeLimit);
        require(
                sweepInterval.isZero() || sweepInterval.compareTo(Duration.ofSeconds(1)) >= 0,
                "mobile-sync.sweep-interval must be 1 s or more, or 0 for never, not " + sweepInterval);
        require(replicaAcks >= 0, "mobile-sync.replica-acks must be 0 or more, not " + replicaAcks);
        require(
                replicaTimeout.compareTo(Duration.ofMillis(10)) >= 0
                        && replicaTimeout.compareTo(Duration.ofSeconds(10)) <= 0,
                "mobile-sync.replica-timeout must be 10 ms to 10 s, not " + replicaTimeout);
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
