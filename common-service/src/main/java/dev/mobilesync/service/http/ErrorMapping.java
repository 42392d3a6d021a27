package dev.mobilesync.service.http;

import dev.mobilesync.messages.ErrorCode;
import java.time.Duration;
import org.springframework.http.HttpStatus;

/** Maps error codes to HTTP status and {@code Retry-After}. */
final class ErrorMapping {

    private static final Duration NO_RETRY_AFTER = Duration.ZERO;
    private static final Duration SOON = Duration.ofSeconds(2);

    private ErrorMapping() {}

    /**
     * @param retryAfter in whole seconds; zero omits the header
     */
    record Row(HttpStatus status, Duration retryAfter) {}

    static Row of(ErrorCode code) {
        return switch (code) {
            case INVALID_REQUEST, CAPTURE_TRANSFER_FAILED -> new Row(HttpStatus.BAD_REQUEST, NO_RETRY_AFTER);
            case UNAUTHENTICATED -> new Row(HttpStatus.UNAUTHORIZED, NO_RETRY_AFTER);
            case FORBIDDEN -> new Row(HttpStatus.FORBIDDEN, NO_RETRY_AFTER);
            case NOT_FOUND -> new Row(HttpStatus.NOT_FOUND, NO_RETRY_AFTER);
            case CAPTURE_TOO_LARGE -> new Row(HttpStatus.CONTENT_TOO_LARGE, NO_RETRY_AFTER);
            case CAPTURE_NOT_AN_IMAGE -> new Row(HttpStatus.UNSUPPORTED_MEDIA_TYPE, NO_RETRY_AFTER);
            case TOO_MANY_REQUESTS -> new Row(HttpStatus.TOO_MANY_REQUESTS, SOON);
            case CAPTURE_STORE_FAILED, STATUS_PUBLISH_FAILED, STATE_UNAVAILABLE, AUTHENTICATION_UNAVAILABLE ->
                new Row(HttpStatus.SERVICE_UNAVAILABLE, SOON);
            case INTERNAL_ERROR -> new Row(HttpStatus.INTERNAL_SERVER_ERROR, NO_RETRY_AFTER);
            case STATE_CHANGE_FAILED, SYNC_TIMEOUT ->
                throw new IllegalArgumentException(code + " is sent by broadcast only");
        };
    }

    /** Returns the code for an error of the container or the framework, which has a status only. */
    static ErrorCode codeOf(int status) {
        return switch (status) {
            case 401 -> ErrorCode.UNAUTHENTICATED;
            case 403 -> ErrorCode.FORBIDDEN;
            case 404 -> ErrorCode.NOT_FOUND;
            case 413 -> ErrorCode.CAPTURE_TOO_LARGE;
            case 429 -> ErrorCode.TOO_MANY_REQUESTS;
            default -> status < 500 ? ErrorCode.INVALID_REQUEST : ErrorCode.INTERNAL_ERROR;
        };
    }
}
