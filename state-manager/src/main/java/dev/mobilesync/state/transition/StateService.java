package dev.mobilesync.state.transition;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.StateEvent;
import dev.mobilesync.messages.SyncRecord;
import dev.mobilesync.service.publishing.ConfirmedPublisher;
import dev.mobilesync.service.publishing.OutboundMessage;
import dev.mobilesync.service.redis.SyncRecordReader;
import dev.mobilesync.state.record.RecordStore;
import dev.mobilesync.state.record.RedisClock;
import dev.mobilesync.state.record.ReplicationBarrier;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.OptimisticLockingFailureException;

/**
 * Changes an examinee's state: loads, changes and saves the record, then publishes it. Methods throw Spring's
 * {@code DataAccessException} if Redis is unavailable, {@code PublishFailedException} if the broker is, and
 * {@code UnreadableRecordException}, after which a retry does not help.
 */
public final class StateService {

    private static final int MAX_ATTEMPTS = 20;

    private final SyncRecordReader recordReader;
    private final RecordStore recordStore;
    private final ReplicationBarrier replicationBarrier;
    private final SyncStateMachine stateMachine;
    private final ConfirmedPublisher publisher;
    private final RedisClock clock;

    StateService(
            SyncRecordReader recordReader,
            RecordStore recordStore,
            ReplicationBarrier replicationBarrier,
            SyncStateMachine stateMachine,
            ConfirmedPublisher publisher,
            RedisClock clock) {
        this.recordReader = recordReader;
        this.recordStore = recordStore;
        this.replicationBarrier = replicationBarrier;
        this.stateMachine = stateMachine;
        this.publisher = publisher;
        this.clock = clock;
    }

    /** Applies an event and saves the record. The caller then has to {@link #publish} the outcome. */
    public Outcome apply(StateEvent event, String messageId) {
        return applyWithRetry(event.examinee(), current -> stateMachine.apply(current, event, messageId, clock.now()));
    }

    /** Times out an examinee whose deadline has passed. The caller then has to {@link #publish} the outcome. */
    public Outcome timeOut(ExamineeKey examinee) {
        return applyWithRetry(
                examinee,
                current -> current == null ? new Outcome.Stale(null) : stateMachine.timeOut(current, clock.now()));
    }

    /** Broadcasts the record of an outcome, unless it is stale. Returns when the broker has confirmed the broadcast. */
    public void publish(Outcome outcome) {
        SyncRecord record = outcome.record();
        if (record != null && !(outcome instanceof Outcome.Stale)) {
            // Also for SAME: the attempt that wrote the record may have failed here.
            replicationBarrier.await();
            publisher.publish(OutboundMessage.broadcast(record));
        }
    }

    private Outcome applyWithRetry(ExamineeKey examinee, TransitionFunction transition) {
        for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
            SyncRecord current = recordReader.read(examinee);
            Outcome outcome = save(current, transition.apply(current));
            if (outcome != null) {
                return outcome;
            }
        }
        throw new OptimisticLockingFailureException(MAX_ATTEMPTS + " concurrent changes of the record");
    }

    /** Returns the saved outcome, or {@code null} if the record has changed concurrently. */
    private @Nullable Outcome save(@Nullable SyncRecord current, Outcome outcome) {
        if (outcome instanceof Outcome.New change) {
            SyncRecord saved = recordStore.replace(current, change.record());
            return saved == null ? null : new Outcome.New(saved);
        }
        if (current != null) {
            recordStore.repair(current);
        }
        return outcome;
    }

    private interface TransitionFunction {
        Outcome apply(@Nullable SyncRecord current);
    }
}
