package dev.mobilesync.web.http;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.messages.UnreadableRecordException;
import dev.mobilesync.service.http.Problem;
import dev.mobilesync.web.store.StoreFailedException;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.apache.tomcat.util.http.InvalidParameterException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.TypeMismatchException;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.dao.DataAccessException;
import org.springframework.security.web.firewall.RequestRejectedException;
import org.springframework.web.ErrorResponse;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.util.DisconnectedClientHelper;

/** Maps exceptions of controllers to problem responses. Precedes Spring's handlers, which do not set a {@code code}. */
@RestControllerAdvice
@Order(Ordered.HIGHEST_PRECEDENCE)
class ApiExceptionHandler {

    private static final Logger log = LoggerFactory.getLogger(ApiExceptionHandler.class);

    @ExceptionHandler
    void handle(ApiException e, HttpServletResponse response) throws IOException {
        e.send(response);
    }

    @ExceptionHandler
    void handle(StoreFailedException e, HttpServletResponse response) throws IOException {
        log.warn("the object store failed: {}", e.getMessage());
        Problem.of(ErrorCode.CAPTURE_STORE_FAILED, "the object store is unavailable")
                .send(response);
    }

    @ExceptionHandler
    void handle(DataAccessException e, HttpServletResponse response) throws IOException {
        log.warn("Redis failed: {}", e.getMessage());
        Problem.of(ErrorCode.STATE_UNAVAILABLE, "Redis is unavailable at the moment")
                .send(response);
    }

    @ExceptionHandler
    void handle(UnreadableRecordException e, HttpServletResponse response) throws IOException {
        Problem.of(ErrorCode.INTERNAL_ERROR, null)
                .withReason("UNREADABLE_RECORD")
                .send(response);
    }

    @ExceptionHandler
    void handle(TypeMismatchException e, HttpServletResponse response) throws IOException {
        Problem.of(ErrorCode.INVALID_REQUEST, e.getPropertyName() + " has an invalid value")
                .send(response);
    }

    /** The firewall checks a header when it is first read. */
    @ExceptionHandler
    void handle(RequestRejectedException e, HttpServletResponse response) throws IOException {
        log.debug("a header was rejected", e);
        Problem.of(ErrorCode.INVALID_REQUEST, "a header contains invalid characters")
                .send(response);
    }

    /** The container parses the parameters when the first one is read. */
    @ExceptionHandler
    void handle(InvalidParameterException e, HttpServletResponse response) throws IOException {
        log.debug("the parameters were rejected", e);
        Problem.of(ErrorCode.INVALID_REQUEST, "the query parameters are not encoded correctly")
                .send(response);
    }

    @ExceptionHandler
    void handle(Exception e, HttpServletResponse response) throws IOException {
        if (e instanceof ErrorResponse error) {
            error.getHeaders().forEach((name, values) -> values.forEach(value -> response.addHeader(name, value)));
            Problem.of(error.getStatusCode().value()).send(response);
            return;
        }
        if (DisconnectedClientHelper.isClientDisconnectedException(e)) {
            log.debug("the client disconnected before the response was written: {}", e.toString());
        } else {
            log.error("unexpected exception", e);
        }
        Problem.of(ErrorCode.INTERNAL_ERROR, null).send(response);
    }
}
