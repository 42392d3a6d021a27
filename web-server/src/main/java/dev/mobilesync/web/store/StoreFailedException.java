package dev.mobilesync.web.store;

import io.minio.errors.ErrorResponseException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The object store is unavailable, too slow, or rejected a request. A write may still take effect until {@link
 * #onSettled} runs its action.
 */
public final class StoreFailedException extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient @Nullable CompletableFuture<?> pending;

    /**
     * @param pending a request that may still take effect; it ends within the store's timeout
     */
    StoreFailedException(String message, @Nullable Throwable cause, @Nullable CompletableFuture<?> pending) {
        super(message, cause);
        this.pending = pending;
    }

    /** The HTTP status with which the store rejected the request; 0 if it did not respond. */
    int status() {
        return getCause() instanceof ErrorResponseException rejection
                ? rejection.response().code()
                : 0;
    }

    /** Whether the store responded, with an error. */
    public boolean wasRejected() {
        return status() != 0;
    }

    /** Runs an action when no request is pending: at once, or later on another thread. */
    public void onSettled(Runnable action) {
        if (pending == null) {
            action.run();
        } else {
            pending.whenComplete((response, failure) -> action.run());
        }
    }
}
