package dev.mobilesync.messages;

import static java.util.Objects.requireNonNull;

/**
 * What went wrong, as it stands in messages.
 *
 * @param message English, for developers and logs; pages have words of their own per code
 */
public record SyncError(ErrorCode code, String message, boolean retryable) {

    public SyncError {
        requireNonNull(code, "code");
        requireNonNull(message, "message");
    }

    public static SyncError of(ErrorCode code, String message) {
        return new SyncError(code, message, code.retryable());
    }
}
