package dev.mobilesync.web;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.messages.SyncError;
import org.jspecify.annotations.Nullable;

/** A request is answered with an error of {@link ErrorTable}. The message goes out: it repeats nothing secret. */
final class Refusal extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final ErrorCode code;
    private final String detail;

    Refusal(ErrorCode code, String detail) {
        this(code, detail, null);
    }

    /**
     * @param cause for the log
     */
    Refusal(ErrorCode code, String detail, @Nullable Throwable cause) {
        super(code + ": " + detail, cause);
        this.code = code;
        this.detail = detail;
    }

    ErrorCode code() {
        return code;
    }

    String detail() {
        return detail;
    }

    SyncError toSyncError() {
        return SyncError.of(code, detail);
    }
}
