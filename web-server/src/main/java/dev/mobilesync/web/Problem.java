package dev.mobilesync.web;

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
 * @param status the HTTP status; {@link ErrorTable}'s, unless the framework has a better one (405)
 * @param detail for developers; never secret
 * @param reason for clients, where there is more to know than the code
 * @param retryAfter told in whole seconds, rounded up; zero where waiting does not help
 */
record Problem(
        ErrorCode code,
        int status,
        @Nullable String detail,
        @Nullable String reason,
        Duration retryAfter) {

    private static final String ATTRIBUTE = Problem.class.getName();

    static Problem of(ErrorCode code, @Nullable String detail) {
        return new Problem(code, ErrorTable.of(code).status().value(), detail);
    }

    /** An error of the framework or the container. */
    static Problem of(int status) {
        return new Problem(ErrorTable.codeOf(status), status, null);
    }

    private Problem(ErrorCode code, int status, @Nullable String detail) {
        this(code, status, detail, null, ErrorTable.of(code).retryAfter());
    }

    byte[] json() {
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
    void answer(HttpServletRequest request, HttpServletResponse response) throws IOException {
        request.setAttribute(ATTRIBUTE, this);
        write(response);
    }

    /** What a request was answered with, or was to be. */
    static @Nullable Problem answeredTo(HttpServletRequest request) {
        return request.getAttribute(ATTRIBUTE) instanceof Problem problem ? problem : null;
    }

    /** Answers with it, unless an answer is under way already. */
    void write(HttpServletResponse response) throws IOException {
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
