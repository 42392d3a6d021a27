package dev.mobilesync.state;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.StateEvent;
import dev.mobilesync.messages.SyncRecord;
import dev.mobilesync.service.publishing.ConfirmedPublisher;
import dev.mobilesync.service.publishing.OutboundMessage;
import dev.mobilesync.service.redis.SyncRecordReader;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.OptimisticLockingFailureException;

/**
 * Changes an examinee's state: load, apply, save, publish. Both ways methods may fail are harmless to try again:
 * Spring's {@code DataAccessException} if Redis is away, {@code PublishFailedException} if the broker is.
 */
final class StateService {

    private static final int MAX_ATTEMPTS = 20;

    private final SyncRecordReader reader;
    private final RecordStore store;
    private final SyncStateMachine transition;
    private final ConfirmedPublisher publisher;
    private final RedisClock clock;
    private final ReplicationBarrier replicas;

    StateService(
            SyncRecordReader reader,
            RecordStore store,
            ReplicationBarrier replicas,
            SyncStateMachine transition,
            ConfirmedPublisher publisher,
            RedisClock clock) {
        this.reader = reader;
        this.store = store;
        this.replicas = replicas;
        this.transition = transition;
        this.publisher = publisher;
        this.clock = clock;
    }

    /** Applies a fact or an order. When it returns, everybody is told. */
    Outcome apply(StateEvent message, String messageId) {
        return change(message.examinee(), current -> transition.apply(current, message, messageId, clock.now()));
    }

    /** Applies that a deadline may have passed. When it returns, everybody is told. */
    Outcome timeOut(ExamineeKey examinee) {
        return change(
                examinee,
                current -> current == null ? new Outcome.Stale(null) : transition.timeOut(current, clock.now()));
    }

    private Outcome change(ExamineeKey examinee, TransitionFunction rule) {
        for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
            SyncRecord current = reader.read(examinee);
            Outcome outcome = save(current, rule.apply(current));
            if (outcome != null) {
                publish(outcome);
                return outcome;
            }
        }
        throw new OptimisticLockingFailureException("the record was changed by others " + MAX_ATTEMPTS + " times");
    }

    /** Returns what was saved, or {@code null} if somebody else was faster. */
    private @Nullable Outcome save(@Nullable SyncRecord current, Outcome outcome) {
        if (outcome instanceof Outcome.New change) {
            SyncRecord written = store.replace(current, change.record());
            return written == null ? null : new Outcome.New(written);
        }
        if (current != null) {
            store.repair(current);
        }
        return outcome;
    }

    private void publish(Outcome outcome) {
        SyncRecord record = outcome.record();
        if (record != null && !(outcome instanceof Outcome.Stale)) {
            // Also where it was written by an attempt before, which may have failed here.
            replicas.await();
            publisher.publish(OutboundMessage.broadcast(record));
        }
    }

    private interface TransitionFunction {
        Outcome apply(@Nullable SyncRecord current);
    }
}
