package dev.mobilesync.state.transition;

import static java.util.Objects.requireNonNull;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.StatusQueueMessage;
import dev.mobilesync.messages.SyncRecord;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A change of an examinee's record that {@link StateService#applyAll} makes. */
public final class StateChange {

    interface TransitionFunction {
        Outcome apply(@Nullable SyncRecord current);
    }

    private final ExamineeKey examinee;
    private final TransitionFunction transition;
    private final @Nullable StatusQueueMessage event;
    private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    private @Nullable Outcome result;

    /** Creates a change by a deadline. */
    StateChange(ExamineeKey examinee, TransitionFunction transition) {
        this(examinee, transition, null);
    }

    StateChange(ExamineeKey examinee, TransitionFunction transition, @Nullable StatusQueueMessage event) {
        this.examinee = examinee;
        this.transition = transition;
        this.event = event;
    }

    /** Completes with the outcome, once a new record is saved. Fails as the methods of {@link StateService} do. */
    public CompletableFuture<Outcome> outcome() {
        return outcome;
    }

    ExamineeKey examinee() {
        return examinee;
    }

    /** The event that the change applies; {@code null} if it applies a deadline. */
    @Nullable
    StatusQueueMessage event() {
        return event;
    }

    Outcome transition(@Nullable SyncRecord current) {
        return transition.apply(current);
    }

    /** Sets the result, with which {@link #complete} completes the outcome. A new record is already saved. */
    void setResult(Outcome result) {
        this.result = result;
    }

    boolean hasResult() {
        return result != null;
    }

    /** Whether the record will be broadcast. */
    boolean isPublishable() {
        return result != null && !(result instanceof Outcome.Stale);
    }

    /** Completes the outcome of a change that has a result. */
    void complete() {
        if (!outcome.isDone()) {
            outcome.complete(requireNonNull(result));
        }
    }

    void fail(RuntimeException failure) {
        outcome.completeExceptionally(failure);
    }
}
