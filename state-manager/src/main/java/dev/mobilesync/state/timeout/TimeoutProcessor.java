package dev.mobilesync.state.timeout;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.SyncRecord;
import dev.mobilesync.messages.UnreadableRecordException;
import dev.mobilesync.service.publishing.PublishFailedException;
import dev.mobilesync.state.record.DeadlineStore;
import dev.mobilesync.state.record.RedisClock;
import dev.mobilesync.state.transition.Outcome;
import dev.mobilesync.state.transition.StateService;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;

/**
 * Times out examinees whose deadline has passed. Every instance scans periodically. One instance at a time leases a
 * deadline, which stays in the set until its effect is saved and published.
 */
final class TimeoutProcessor {

    private static final Logger log = LoggerFactory.getLogger(TimeoutProcessor.class);
    private static final int BATCH = 100;
    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(2);

    private final DeadlineStore deadlineStore;
    private final StateService stateService;
    private final RedisClock clock;
    private final Duration leaseDuration;
    private final Counter timeouts;
    private boolean failing;
    private volatile int postponed;

    /**
     * @param leaseDuration how long this instance leases a deadline before others may
     */
    TimeoutProcessor(
            DeadlineStore deadlineStore,
            StateService stateService,
            RedisClock clock,
            Duration leaseDuration,
            MeterRegistry meters) {
        this.deadlineStore = deadlineStore;
        this.stateService = stateService;
        this.clock = clock;
        this.leaseDuration = leaseDuration;
        this.timeouts = meters.counter("mobile.sync.timeouts");
    }

    /** Handles all due deadlines. Does not throw. */
    void runOnce() {
        try {
            boolean more = true;
            while (more && !Thread.currentThread().isInterrupted()) {
                DeadlineStore.Lease lease = deadlineStore.lease(BATCH, leaseDuration);
                clock.synchronize(lease.now());
                handle(lease);
                more = lease.members().size() == BATCH;
            }
            failing = false;
            postponed = 0;
        } catch (RuntimeException e) {
            if (!failing && !Thread.currentThread().isInterrupted()) {
                log.warn("timeouts are delayed and retried: {}", e.toString());
            }
            failing = true;
        }
    }

    /** The number of passed deadlines that the last scan could not handle. */
    int postponed() {
        return postponed;
    }

    private void handle(DeadlineStore.Lease lease) {
        List<String> members = lease.members();
        for (int i = 0; i < members.size(); i++) {
            try {
                handle(members.get(i), lease.end());
            } catch (DataAccessException | PublishFailedException e) {
                postponed = members.size() - i;
                // The remaining ones would fail too. They become due after a pause, not only at the end of the lease.
                for (String remaining : members.subList(i, members.size())) {
                    deadlineStore.replaceIfUnchanged(
                            remaining, lease.end(), lease.now().plus(PAUSE_AFTER_FAILURE));
                }
                throw e;
            } catch (UnreadableRecordException e) {
                // StateReconciler restores the deadline when the record is readable again.
                deadlineStore.replaceIfUnchanged(members.get(i), lease.end(), null);
            } catch (RuntimeException e) {
                log.error("timeout of {} failed unexpectedly and is retried", members.get(i), e);
            }
        }
    }

    private void handle(String member, Instant leaseEnd) {
        ExamineeKey examinee;
        try {
            examinee = ExamineeKey.parse(member);
        } catch (IllegalArgumentException e) {
            log.warn("removed an invalid deadline: {}", e.getMessage());
            deadlineStore.replaceIfUnchanged(member, leaseEnd, null);
            return;
        }
        Outcome outcome = stateService.timeOut(examinee);
        stateService.publish(outcome);
        if (outcome instanceof Outcome.New) {
            timeouts.increment();
        }
        SyncRecord record = outcome.record();
        deadlineStore.replaceIfUnchanged(member, leaseEnd, record == null ? null : record.deadline());
    }
}
