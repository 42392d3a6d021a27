package dev.mobilesync.service.http;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.messages.MessageCodec;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;

/**
 * An error as it is answered: RFC 9457, with {@code code} and {@code retryable}.
 *
 * @param status the HTTP status; {@link ErrorMapping}'s, unless the framework has a better one (405)
 * @param detail for developers; never secret
 * @param reason for clients, where there is more to know than the code
 * @param retryAfter told in whole seconds, rounded up; zero where waiting does not help
 */
public record Problem(
        ErrorCode code,
        int status,
        @Nullable String detail,
        @Nullable String reason,
        Duration retryAfter) {

    private static final int BAD_REQUEST = 400;
    private static final int NOT_IMPLEMENTED = 501;
    private static final int VERSION_NOT_SUPPORTED = 505;
    private static final String ATTRIBUTE = Problem.class.getName();

    public static Problem of(ErrorCode code, @Nullable String detail) {
        return new Problem(code, ErrorMapping.of(code).status().value(), detail);
    }

    /**
     * An error of the framework or the container. A transfer coding or a version of HTTP that there is not is a bad
     * request: the container's 501 and 505 would look like failures of this server.
     */
    public static Problem of(int status) {
        int told = status == NOT_IMPLEMENTED || status == VERSION_NOT_SUPPORTED ? BAD_REQUEST : status;
        return new Problem(ErrorMapping.codeOf(told), told, null);
    }

    /** An error with another HTTP status than its code's. */
    public static Problem of(ErrorCode code, int status, String detail) {
        return new Problem(code, status, detail);
    }

    private Problem(ErrorCode code, int status, @Nullable String detail) {
        this(code, status, detail, null, ErrorMapping.of(code).retryAfter());
    }

    /** The same with a word of its own, for a client that does more about it than about others of the same code. */
    public Problem withReason(@Nullable String word) {
        return new Problem(code, status, detail, word, retryAfter);
    }

    /** The same with the time after which a retry makes sense, where that is not the table's. */
    public Problem withRetryAfter(Duration wait) {
        return new Problem(code, status, detail, reason, wait);
    }

    private byte[] json() {
        HttpStatus known = HttpStatus.resolve(status);
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("type", "about:blank");
        body.put("title", known == null ? "Error" : known.getReasonPhrase());
        body.put("status", status);
        if (detail != null) {
            body.put("detail", detail);
        }
        body.put("code", code);
        body.put("retryable", code.retryable());
        if (reason != null) {
            body.put("reason", reason);
        }
        return MessageCodec.mapper().writeValueAsBytes(body);
    }

    /** Answers with it, even where the container has given its own answer up already because the body broke off. */
    public void answer(HttpServletRequest request, HttpServletResponse response) throws IOException {
        request.setAttribute(ATTRIBUTE, this);
        write(response);
    }

    /** What a request was answered with, or was to be. */
    static @Nullable Problem recordedProblem(HttpServletRequest request) {
        return request.getAttribute(ATTRIBUTE) instanceof Problem problem ? problem : null;
    }

    /** Answers with it, unless an answer is under way already. */
    public void write(HttpServletResponse response) throws IOException {
        if (response.isCommitted()) {
            return;
        }
        byte[] json = json();
        response.resetBuffer();
        response.setStatus(status);
        response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
        response.setContentLength(json.length);
        response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        if (!retryAfter.isZero()) {
            response.setHeader(
                    HttpHeaders.RETRY_AFTER,
                    Long.toString(retryAfter.plusSeconds(1).minusNanos(1).toSeconds()));
        }
        response.getOutputStream().write(json);
    }
}
