package dev.mobilesync.web.http;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.messages.SyncError;
import dev.mobilesync.service.http.Problem;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;

/** An error of the HTTP API. The client receives the detail, so it must not contain secrets. */
public final class ApiException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final ErrorCode code;
    private final String detail;
    private final @Nullable String reason;
    private final @Nullable Duration retryAfter;

    /**
     * @param detail for the client, in a few words
     */
    public ApiException(ErrorCode code, String detail) {
        this(code, detail, null);
    }

    /**
     * @param detail for the client, in a few words
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

    /** Adds a reason, by which a client distinguishes errors of one code. */
    public static ApiException withReason(String reason, ErrorCode code, String detail) {
        return new ApiException(code, detail, null, reason, null);
    }

    /** Replaces the code's default {@code Retry-After}. */
    public static ApiException withRetryAfter(Duration retryAfter, ErrorCode code, String detail) {
        return new ApiException(code, detail, null, null, retryAfter);
    }

    /** The error code of the contract. */
    public ErrorCode code() {
        return code;
    }

    /** The error as part of a status message. */
    public SyncError toSyncError() {
        return SyncError.of(code, detail);
    }

    /** The error as an HTTP response body. */
    public Problem toProblem() {
        Problem problem = Problem.of(code, detail).withReason(reason);
        return retryAfter == null ? problem : problem.withRetryAfter(retryAfter);
    }

    /** Writes the response. */
    public void answer(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (code == ErrorCode.UNAUTHENTICATED) {
            response.setHeader(HttpHeaders.WWW_AUTHENTICATE, "Bearer error=\"invalid_token\"");
        }
        toProblem().answer(request, response);
    }
}
