package dev.mobilesync.embedded;

import org.jspecify.annotations.Nullable;

/** An embedded server could not be started. The message names the server and the cause, for the user. */
public final class EmbeddedServerException extends RuntimeException {

    EmbeddedServerException(String message) {
        this(message, null);
    }

    EmbeddedServerException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
