package dev.mobilesync.state;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.SyncRecord;
import dev.mobilesync.messages.UnreadableRecordException;
import dev.mobilesync.service.publishing.PublishFailedException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;

/**
 * Times out those whose deadline has passed. Every instance looks again and again; each deadline is claimed by one of them
 * at a time, and stays in the set until its effect is written and told.
 */
final class TimeoutProcessor {

    private static final Logger log = LoggerFactory.getLogger(TimeoutProcessor.class);
    private static final int BATCH = 100;
    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(2);

    private final DeadlineStore deadlines;
    private final StateService changes;
    private final RedisClock clock;
    private final Duration lease;
    private final Counter timeouts;
    private boolean failing;

    /**
     * @param lease how long a claim of this instance excludes others
     */
    TimeoutProcessor(
            DeadlineStore deadlines, StateService changes, RedisClock clock, Duration lease, MeterRegistry meters) {
        this.deadlines = deadlines;
        this.changes = changes;
        this.clock = clock;
        this.lease = lease;
        this.timeouts = meters.counter("mobile.sync.timeouts");
    }

    /** One round of many. */
    void round() {
        try {
            boolean more = true;
            while (more && !Thread.currentThread().isInterrupted()) {
                DeadlineStore.Claim claim = deadlines.claim(BATCH, lease);
                clock.set(claim.now());
                handle(claim);
                more = claim.members().size() == BATCH;
            }
            failing = false;
        } catch (RuntimeException e) {
            if (!failing && !Thread.currentThread().isInterrupted()) {
                log.warn("deadlines wait: {}", e.toString());
            }
            failing = true;
        }
    }

    private void handle(DeadlineStore.Claim claim) {
        List<String> members = claim.members();
        for (int i = 0; i < members.size(); i++) {
            try {
                handle(members.get(i), claim.leaseEnd());
            } catch (DataAccessException | PublishFailedException e) {
                // What is away is away for the rest, too. None of them should wait for the lease's end.
                for (String left : members.subList(i, members.size())) {
                    deadlines.settle(left, claim.leaseEnd(), claim.now().plus(PAUSE_AFTER_FAILURE));
                }
                throw e;
            } catch (UnreadableRecordException e) {
                // The sweep restores it once the record can be read again.
                deadlines.settle(members.get(i), claim.leaseEnd(), null);
            } catch (RuntimeException e) {
                log.error("deadline of {} cannot be handled for now and is tried again", members.get(i), e);
            }
        }
    }

    private void handle(String member, Instant leaseEnd) {
        ExamineeKey examinee;
        try {
            examinee = ExamineeKey.parse(member);
        } catch (IllegalArgumentException e) {
            log.warn("a deadline is nobody's and is dropped: {}", e.getMessage());
            deadlines.settle(member, leaseEnd, null);
            return;
        }
        Outcome outcome = changes.timeOut(examinee);
        if (outcome instanceof Outcome.New) {
            timeouts.increment();
        }
        SyncRecord record = outcome.record();
        deadlines.settle(member, leaseEnd, record == null ? null : record.deadline());
    }
}
