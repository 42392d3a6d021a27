package dev.mobilesync.state;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.StateInput;
import dev.mobilesync.messages.SyncRecord;
import dev.mobilesync.service.ConfirmedPublisher;
import dev.mobilesync.service.Publication;
import dev.mobilesync.service.RecordReader;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.OptimisticLockingFailureException;

/**
 * Changes an examinee's state: load, apply, save, publish. Both ways methods may fail are harmless to try again:
 * Spring's {@code DataAccessException} if Redis is away, {@code PublishFailedException} if the broker is.
 */
final class StateChanges {

    private static final int MAX_ATTEMPTS = 20;

    private final RecordReader reader;
    private final RecordStore store;
    private final Transition transition;
    private final ConfirmedPublisher publisher;
    private final RedisClock clock;
    private final ReplicaAcks replicas;

    StateChanges(
            RecordReader reader,
            RecordStore store,
            ReplicaAcks replicas,
            Transition transition,
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
    Outcome apply(StateInput message, String messageId) {
        return change(message.examinee(), current -> transition.apply(current, message, messageId, clock.now()));
    }

    /** Applies that a deadline may have passed. When it returns, everybody is told. */
    Outcome timeOut(ExamineeKey examinee) {
        return change(
                examinee,
                current -> current == null ? new Outcome.Stale(null) : transition.timeOut(current, clock.now()));
    }

    private Outcome change(ExamineeKey examinee, Rule rule) {
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
            publisher.publish(Publication.broadcast(record));
        }
    }

    private interface Rule {
        Outcome apply(@Nullable SyncRecord current);
    }
}
