package dev.mobilesync.web.store;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The object store is away, too slow, or refused. What was to be written may have been written all the same, or be written
 * yet: see {@link #whenOver}.
 */
public final class StoreFailedException extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient @Nullable CompletableFuture<?> underWay;

    StoreFailedException(String message, @Nullable Throwable cause) {
        this(message, cause, null);
    }

    /**
     * @param underWay what was asked of the store and may still have an effect; it ends by itself, within the store's time
     *     limit
     */
    StoreFailedException(String message, @Nullable Throwable cause, @Nullable CompletableFuture<?> underWay) {
        super(message, cause);
        this.underWay = underWay;
    }

    /** Does that when nothing more is on its way to the store from here: now, or later on another thread. */
    public void whenOver(Runnable action) {
        if (underWay == null) {
            action.run();
        } else {
            underWay.whenComplete((answer, failure) -> action.run());
        }
    }
}
