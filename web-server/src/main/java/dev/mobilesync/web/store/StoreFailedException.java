package dev.mobilesync.web.store;

import org.jspecify.annotations.Nullable;

/** The object store is away, too slow, or refused. What was to be written may have been written all the same. */
public final class StoreFailedException extends Exception {

    private static final long serialVersionUID = 1L;

    StoreFailedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
