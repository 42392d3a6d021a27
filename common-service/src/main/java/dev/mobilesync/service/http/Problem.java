package dev.mobilesync.service.http;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.messages.MessageCodec;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.converter.json.ProblemDetailJacksonMixin;
import tools.jackson.databind.json.JsonMapper;

/**
 * A problem document (RFC 9457) with the extensions {@code code}, {@code retryable} and {@code reason}. Its {@code type} refers to
 * the section of the code in the {@linkplain #ERRORS_PAGE page of errors}; its {@code title} depends on the code only.
 *
 * @param status the HTTP status of {@link ErrorMapping}, or the framework's if that is more specific (405)
 * @param detail for developers; contains no secrets
 * @param reason for clients that distinguish causes of one code
 * @param retryAfter sent in whole seconds, rounded up; zero omits the header
 */
public record Problem(
        ErrorCode code,
        int status,
        @Nullable String detail,
        @Nullable String reason,
        Duration retryAfter) {

    /** The path of the page of errors, which each service serves that sends problems (docs/decisions/0029-types-of-problems.md). */
    public static final String ERRORS_PAGE = "/api-docs/errors.html";

    private static final int BAD_REQUEST = 400;
    private static final int NOT_IMPLEMENTED = 501;
    private static final int VERSION_NOT_SUPPORTED = 505;
    private static final JsonMapper MAPPER = MessageCodec.mapper()
            .rebuild()
            .addMixIn(ProblemDetail.class, ProblemDetailJacksonMixin.class)
            .build();

    public static Problem of(ErrorCode code, @Nullable String detail) {
        return new Problem(code, ErrorMapping.of(code).status().value(), detail);
    }

    /**
     * Creates the problem of an error of the framework or the container. An unsupported transfer coding or HTTP version
     * is the client's error: 501 and 505 become 400.
     */
    public static Problem of(int status) {
        int mapped = status == NOT_IMPLEMENTED || status == VERSION_NOT_SUPPORTED ? BAD_REQUEST : status;
        return new Problem(ErrorMapping.codeOf(mapped), mapped, null);
    }

    /** Creates a problem with another HTTP status than its code's. */
    public static Problem of(ErrorCode code, int status, String detail) {
        return new Problem(code, status, detail);
    }

    private Problem(ErrorCode code, int status, @Nullable String detail) {
        this(code, status, detail, null, ErrorMapping.of(code).retryAfter());
    }

    /** Returns a copy with the reason. */
    public Problem withReason(@Nullable String newReason) {
        return new Problem(code, status, detail, newReason, retryAfter);
    }

    /** Returns a copy with another {@code Retry-After} than the code's. */
    public Problem withRetryAfter(Duration wait) {
        return new Problem(code, status, detail, reason, wait);
    }

    /** Returns the JSON document. */
    public byte[] body() {
        ProblemDetail body = ProblemDetail.forStatus(status);
        body.setType(URI.create(ERRORS_PAGE + "#" + code.name().toLowerCase(Locale.ROOT)));
        body.setTitle(title());
        body.setDetail(detail);
        body.setProperty("code", code);
        body.setProperty("retryable", code.isRetryable());
        if (reason != null) {
            body.setProperty("reason", reason);
        }
        return MAPPER.writeValueAsBytes(body);
    }

    /** The words of the code, such as "Capture too large". */
    private String title() {
        String words = code.name().replace('_', ' ');
        return words.charAt(0) + words.substring(1).toLowerCase(Locale.ROOT);
    }

    /** Returns the headers of the response, except its length. */
    public Map<String, String> headers() {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put(HttpHeaders.CONTENT_TYPE, MediaType.APPLICATION_PROBLEM_JSON_VALUE);
        headers.put(HttpHeaders.CACHE_CONTROL, "no-store");
        if (!retryAfter.isZero()) {
            headers.put(
                    HttpHeaders.RETRY_AFTER,
                    Long.toString(retryAfter.plusSeconds(1).minusNanos(1).toSeconds()));
        }
        return headers;
    }

    /** Sends this problem unless the response is committed. */
    public void send(HttpServletResponse response) throws IOException {
        if (response.isCommitted()) {
            return;
        }
        byte[] body = body();
        response.resetBuffer();
        response.setStatus(status);
        headers().forEach(response::setHeader);
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }
}
