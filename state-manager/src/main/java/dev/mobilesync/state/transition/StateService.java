package dev.mobilesync.state.transition;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.StatusQueueMessage;
import dev.mobilesync.messages.SyncRecord;
import dev.mobilesync.service.publishing.ConfirmedPublisher;
import dev.mobilesync.service.publishing.OutboundMessage;
import dev.mobilesync.state.record.BatchFailures;
import dev.mobilesync.state.record.RecordReplacement;
import dev.mobilesync.state.record.RecordStore;
import dev.mobilesync.state.record.RedisClock;
import dev.mobilesync.state.record.ReplicationBarrier;
import dev.mobilesync.state.record.StoredRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.OptimisticLockingFailureException;

/**
 * Changes the state of examinees: loads, changes and saves their records, then publishes them. Methods fail with Spring's
 * {@code DataAccessException} if Redis is unavailable, {@code PublishFailedException} if the broker is, and
 * {@code UnreadableRecordException}, after which a retry does not help.
 */
public final class StateService {

    private static final int MAX_ROUNDS = 20;

    private final RecordStore recordStore;
    private final ReplicationBarrier replicationBarrier;
    private final SyncStateMachine stateMachine;
    private final ConfirmedPublisher publisher;
    private final RedisClock clock;

    StateService(
            RecordStore recordStore,
            ReplicationBarrier replicationBarrier,
            SyncStateMachine stateMachine,
            ConfirmedPublisher publisher,
            RedisClock clock) {
        this.recordStore = recordStore;
        this.replicationBarrier = replicationBarrier;
        this.stateMachine = stateMachine;
        this.publisher = publisher;
        this.clock = clock;
    }

    /** Returns the change that an event makes when it is applied. */
    public StateChange change(StatusQueueMessage event, String messageId) {
        return new StateChange(
                event.examinee(), current -> stateMachine.apply(current, event, messageId, clock.now()), event);
    }

    /** Times out an examinee whose deadline has passed. The caller then has to {@link #publish} the outcome. */
    public Outcome timeOut(ExamineeKey examinee) {
        return apply(new StateChange(
                examinee,
                current -> current == null ? new Outcome.Stale(null) : stateMachine.timeOut(current, clock.now())));
    }

    private Outcome apply(StateChange change) {
        applyAll(List.of(change));
        try {
            return change.outcome().join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException failure ? failure : e;
        }
    }

    /**
     * Applies changes of different examinees and saves the records, with few round trips for all of them. Completes each
     * change, also after a failure; the caller then has to {@link #publish} the outcome. Does not throw.
     */
    public void applyAll(List<StateChange> changes) {
        try {
            List<StateChange> pending = changes;
            for (int round = 0; round < MAX_ROUNDS && !pending.isEmpty(); round++) {
                pending = applyOnce(pending);
            }
            pending.forEach(change -> change.fail(
                    new OptimisticLockingFailureException(MAX_ROUNDS + " concurrent changes of the record")));
            awaitReplicas(changes);
            changes.forEach(StateChange::complete);
        } catch (RuntimeException e) {
            changes.forEach(change -> change.fail(e));
        }
    }

    /** Returns the changes whose records have changed concurrently. */
    private List<StateChange> applyOnce(List<StateChange> changes) {
        BatchFailures failures = new BatchFailures();
        Map<ExamineeKey, StoredRecord> records =
                recordStore.readAll(changes.stream().map(StateChange::examinee).toList(), failures);
        List<RecordReplacement> replacements = new ArrayList<>();
        List<SyncRecord> unpublished = new ArrayList<>();
        Map<ExamineeKey, SyncRecord> unchanged = new HashMap<>();
        for (StateChange change : changes) {
            if (failures.of(change.examinee()) == null) {
                try {
                    StoredRecord stored = records.get(change.examinee());
                    SyncRecord current = stored == null ? null : stored.record();
                    Outcome outcome = change.transition(current);
                    if (outcome instanceof Outcome.New next) {
                        replacements.add(
                                new RecordReplacement(change.examinee(), current, next.record(), change.event()));
                        if (stored != null && !stored.published()) {
                            unpublished.add(stored.record());
                        }
                    } else {
                        change.setResult(outcome);
                        if (current != null) {
                            unchanged.put(change.examinee(), current);
                        }
                    }
                } catch (RuntimeException e) {
                    failures.add(change.examinee(), e);
                }
            }
        }
        publishBeforeReplacing(unpublished, failures);
        replacements.removeIf(replacement -> failures.of(replacement.examinee()) != null);
        Map<ExamineeKey, SyncRecord> written = recordStore.replaceAll(replacements, failures);
        recordStore.repairAll(unchanged, failures);
        return conflicts(changes, written, failures);
    }

    /**
     * Publishes records that are about to be replaced and whose broadcasts may be missing, so that each change is broadcast at
     * least once. Waits for replicas and for the confirms. Such a record is left by an attempt that failed after the write, by a
     * crash, or by an instance that writes at the same moment.
     */
    private void publishBeforeReplacing(List<SyncRecord> unpublished, BatchFailures failures) {
        if (unpublished.isEmpty()) {
            return;
        }
        try {
            replicationBarrier.await();
        } catch (DataAccessException e) {
            unpublished.forEach(record -> failures.add(record.examinee(), e));
            return;
        }
        Map<ExamineeKey, CompletableFuture<@Nullable Void>> results = new HashMap<>();
        unpublished.forEach(
                record -> results.put(record.examinee(), publisher.publishAsync(OutboundMessage.broadcast(record))));
        results.forEach((examinee, result) -> {
            try {
                result.join();
            } catch (CompletionException e) {
                failures.add(examinee, e.getCause() instanceof RuntimeException failure ? failure : e);
            }
        });
    }

    private static List<StateChange> conflicts(
            List<StateChange> changes, Map<ExamineeKey, SyncRecord> written, BatchFailures failures) {
        List<StateChange> conflicts = new ArrayList<>();
        for (StateChange change : changes) {
            RuntimeException failure = failures.of(change.examinee());
            SyncRecord record = written.get(change.examinee());
            if (failure != null) {
                change.fail(failure);
            } else if (record != null) {
                change.setResult(new Outcome.New(record));
            } else if (!change.hasResult()) {
                conflicts.add(change);
            }
        }
        return conflicts;
    }

    /** Also for SAME: an earlier attempt, which wrote the record, may have failed here. */
    private void awaitReplicas(List<StateChange> changes) {
        if (changes.stream().anyMatch(StateChange::isPublishable)) {
            try {
                replicationBarrier.await();
            } catch (DataAccessException e) {
                changes.stream().filter(StateChange::isPublishable).forEach(change -> change.fail(e));
            }
        }
    }

    /** Broadcasts the record of an outcome, unless it is stale. Returns when the broker has confirmed the broadcast. */
    public void publish(Outcome outcome) {
        SyncRecord record = toPublish(outcome);
        if (record != null) {
            publisher.publish(OutboundMessage.broadcast(record));
            recordStore.removeUnpublishedMarks(List.of(record));
        }
    }

    /**
     * Broadcasts as {@link #publish(Outcome)} does, and completes when the broker has confirmed the broadcast. The caller then has to
     * call {@link #removeUnpublishedMarks}.
     *
     * @param headers further headers of the broadcast
     */
    public CompletableFuture<@Nullable Void> publishAsync(Outcome outcome, Map<String, Object> headers) {
        SyncRecord record = toPublish(outcome);
        return record == null
                ? CompletableFuture.completedFuture(null)
                : publisher.publishAsync(OutboundMessage.broadcast(record).withHeaders(headers));
    }

    /** Notes in Redis that the broadcasts of these outcomes are confirmed. Does not wait for Redis, nor throw. */
    public void removeUnpublishedMarks(List<Outcome> outcomes) {
        List<SyncRecord> published = new ArrayList<>();
        for (Outcome outcome : outcomes) {
            SyncRecord record = toPublish(outcome);
            if (record != null) {
                published.add(record);
            }
        }
        recordStore.removeUnpublishedMarks(published);
    }

    private static @Nullable SyncRecord toPublish(Outcome outcome) {
        return outcome instanceof Outcome.Stale ? null : outcome.record();
    }
}
