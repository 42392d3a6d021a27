package dev.mobilesync.state.transition;

import static java.util.Objects.requireNonNull;

import dev.mobilesync.messages.ExamineeKey;
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
    private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    private @Nullable Outcome decided;

    StateChange(ExamineeKey examinee, TransitionFunction transition) {
        this.examinee = examinee;
        this.transition = transition;
    }

    /** Completes with the outcome, once a new record is saved. Fails as the methods of {@link StateService} do. */
    public CompletableFuture<Outcome> outcome() {
        return outcome;
    }

    ExamineeKey examinee() {
        return examinee;
    }

    Outcome transition(@Nullable SyncRecord current) {
        return transition.apply(current);
    }

    /** Sets the outcome. A new record is already saved. */
    void decided(Outcome decided) {
        this.decided = decided;
    }

    boolean isDecided() {
        return decided != null;
    }

    /** Whether the record will be broadcast. */
    boolean isPublishable() {
        return decided != null && !(decided instanceof Outcome.Stale);
    }

    /** Completes a decided change. */
    void complete() {
        if (!outcome.isDone()) {
            outcome.complete(requireNonNull(decided));
        }
    }

    void fail(RuntimeException failure) {
        outcome.completeExceptionally(failure);
    }
}
