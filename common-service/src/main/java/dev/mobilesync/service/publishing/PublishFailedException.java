package dev.mobilesync.service.publishing;

import org.jspecify.annotations.Nullable;

/** The broker did not take a message, or did not say so in time. It may have taken it all the same: publish again. */
public final class PublishFailedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    PublishFailedException(String message) {
        super(message);
    }

    PublishFailedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
