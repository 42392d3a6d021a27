package dev.mobilesync.messages;

import static java.util.Objects.requireNonNull;

/**
 * An error in a message.
 *
 * @param message English, for developers and logs; pages show their own text per code
 */
public record SyncError(ErrorCode code, String message, boolean retryable) {

    public SyncError {
        requireNonNull(code, "code");
        requireNonNull(message, "message");
    }

    public static SyncError of(ErrorCode code, String message) {
        return new SyncError(code, message, code.isRetryable());
    }
}
