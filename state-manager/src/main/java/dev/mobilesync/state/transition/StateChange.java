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
    private @Nullable Outcome saved;

    StateChange(ExamineeKey examinee, TransitionFunction transition) {
        this.examinee = examinee;
        this.transition = transition;
    }

    /** Completes with the saved outcome. Fails as the methods of {@link StateService} do. */
    public CompletableFuture<Outcome> outcome() {
        return outcome;
    }

    ExamineeKey examinee() {
        return examinee;
    }

    Outcome transition(@Nullable SyncRecord current) {
        return transition.apply(current);
    }

    void saved(Outcome saved) {
        this.saved = saved;
    }

    boolean isSaved() {
        return saved != null;
    }

    /** Whether the saved record will be broadcast. */
    boolean isPublishable() {
        return saved != null && !(saved instanceof Outcome.Stale);
    }

    /** Completes a saved change. */
    void complete() {
        if (!outcome.isDone()) {
            outcome.complete(requireNonNull(saved));
        }
    }

    void fail(RuntimeException failure) {
        outcome.completeExceptionally(failure);
    }
}
