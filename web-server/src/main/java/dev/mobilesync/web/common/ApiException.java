package dev.mobilesync.web.common;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.messages.SyncError;
import dev.mobilesync.service.http.Problem;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;

/** A request is answered with an error. The message goes out: it repeats nothing secret. */
public final class ApiException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final ErrorCode code;
    private final String detail;
    private final @Nullable String reason;
    private final @Nullable Duration retryAfter;

    /**
     * @param detail for whoever asked, in a few words
     */
    public ApiException(ErrorCode code, String detail) {
        this(code, detail, null);
    }

    /**
     * @param detail for whoever asked, in a few words
     * @param cause for the log
     */
    public ApiException(ErrorCode code, String detail, @Nullable Throwable cause) {
        this(code, detail, cause, null, null);
    }

    private ApiException(
            ErrorCode code,
            String detail,
            @Nullable Throwable cause,
            @Nullable String reason,
            @Nullable Duration retryAfter) {
        super(code + ": " + detail, cause);
        this.code = code;
        this.detail = detail;
        this.reason = reason;
        this.retryAfter = retryAfter;
    }

    /** With a word of its own, for a client that does more about it than about others of the same code. */
    public static ApiException withReason(String reason, ErrorCode code, String detail) {
        return new ApiException(code, detail, null, reason, null);
    }

    /** With the time after which a retry makes sense, where that is not the table's. */
    public static ApiException withRetryAfter(Duration retryAfter, ErrorCode code, String detail) {
        return new ApiException(code, detail, null, null, retryAfter);
    }

    /** Which error of the contract it is. */
    public ErrorCode code() {
        return code;
    }

    String detail() {
        return detail;
    }

    /** The error as a status message tells it. */
    public SyncError toSyncError() {
        return SyncError.of(code, detail);
    }

    /** The error as it is answered over HTTP. */
    public Problem toProblem() {
        Problem problem = Problem.of(code, detail).withReason(reason);
        return retryAfter == null ? problem : problem.withRetryAfter(retryAfter);
    }

    /** Answers a request with it. */
    public void answer(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (code == ErrorCode.UNAUTHENTICATED) {
            response.setHeader(HttpHeaders.WWW_AUTHENTICATE, "Bearer error=\"invalid_token\"");
        }
        toProblem().answer(request, response);
    }
}
