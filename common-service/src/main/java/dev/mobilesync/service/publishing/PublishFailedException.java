package dev.mobilesync.service.publishing;

import org.jspecify.annotations.Nullable;

/** A message was not confirmed. The broker may have accepted it nevertheless; publishing it again is safe. */
public final class PublishFailedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    PublishFailedException(String message) {
        super(message);
    }

    PublishFailedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
