package dev.mobilesync.web.http;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.messages.SyncError;
import dev.mobilesync.service.http.Problem;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;

/** An error of the HTTP API. The client receives the detail, so it must not contain secrets. */
public final class ApiException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Problem problem;

    /**
     * @param detail a short text for the client
     */
    public ApiException(ErrorCode code, String detail) {
        this(code, detail, null);
    }

    /**
     * @param detail a short text for the client
     * @param cause for the log
     */
    public ApiException(ErrorCode code, String detail, @Nullable Throwable cause) {
        this(Problem.of(code, detail), cause);
    }

    private ApiException(Problem problem, @Nullable Throwable cause) {
        super(problem.code() + ": " + problem.detail(), cause);
        this.problem = problem;
    }

    /** Adds a reason, by which a client distinguishes errors of one code. */
    public static ApiException withReason(String reason, ErrorCode code, String detail) {
        return new ApiException(Problem.of(code, detail).withReason(reason), null);
    }

    /** Replaces the code's default {@code Retry-After}. */
    public static ApiException withRetryAfter(Duration retryAfter, ErrorCode code, String detail) {
        return new ApiException(Problem.of(code, detail).withRetryAfter(retryAfter), null);
    }

    /** The error code of docs/messages.md. */
    public ErrorCode code() {
        return problem.code();
    }

    /** The error as part of a status message. */
    public SyncError toSyncError() {
        return SyncError.of(code(), String.valueOf(problem.detail()));
    }

    /** The error as an HTTP response body. */
    public Problem problem() {
        return problem;
    }

    /** Writes the response. */
    public void send(HttpServletResponse response) throws IOException {
        if (code() == ErrorCode.UNAUTHENTICATED) {
            response.setHeader(HttpHeaders.WWW_AUTHENTICATE, "Bearer error=\"invalid_token\"");
        }
        problem.send(response);
    }
}
