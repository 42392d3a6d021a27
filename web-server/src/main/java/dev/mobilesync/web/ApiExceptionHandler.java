package dev.mobilesync.web;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.messages.UnreadableRecordException;
import dev.mobilesync.service.http.Problem;
import dev.mobilesync.web.common.ApiException;
import dev.mobilesync.web.store.StoreFailedException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.apache.catalina.connector.ClientAbortException;
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

/** Exceptions of the controllers, as problems; asked before the framework's own, which know no {@code code}. */
@RestControllerAdvice
@Order(Ordered.HIGHEST_PRECEDENCE)
class ApiExceptionHandler {

    private static final Logger log = LoggerFactory.getLogger(ApiExceptionHandler.class);

    @ExceptionHandler
    void answer(ApiException refusal, HttpServletRequest request, HttpServletResponse response) throws IOException {
        refusal.answer(request, response);
    }

    @ExceptionHandler
    void answer(StoreFailedException e, HttpServletResponse response) throws IOException {
        log.warn("the object store failed: {}", e.getMessage());
        Problem.of(ErrorCode.CAPTURE_STORE_FAILED, "the object store is away").write(response);
    }

    @ExceptionHandler
    void answer(DataAccessException e, HttpServletResponse response) throws IOException {
        log.warn("Redis failed: {}", e.getMessage());
        Problem.of(ErrorCode.STATE_UNAVAILABLE, "the records cannot be read now")
                .write(response);
    }

    @ExceptionHandler
    void answer(UnreadableRecordException e, HttpServletResponse response) throws IOException {
        Problem.of(ErrorCode.INTERNAL_ERROR, null)
                .withReason("UNREADABLE_RECORD")
                .write(response);
    }

    @ExceptionHandler
    void answer(TypeMismatchException e, HttpServletResponse response) throws IOException {
        Problem.of(ErrorCode.INVALID_REQUEST, e.getPropertyName() + " has no such value")
                .write(response);
    }

    /** The firewall looks at a header no sooner than somebody asks for it. */
    @ExceptionHandler
    void answer(RequestRejectedException e, HttpServletResponse response) throws IOException {
        log.debug("a header was rejected", e);
        Problem.of(ErrorCode.INVALID_REQUEST, "a header has characters that are not allowed")
                .write(response);
    }

    /** The container looks at the parameters no sooner than somebody asks for one. */
    @ExceptionHandler
    void answer(InvalidParameterException e, HttpServletResponse response) throws IOException {
        log.debug("the parameters were rejected", e);
        Problem.of(ErrorCode.INVALID_REQUEST, "the parameters are not as they should be encoded")
                .write(response);
    }

    @ExceptionHandler
    void gone(ClientAbortException e) {
        log.debug("a client went away before its answer", e);
    }

    @ExceptionHandler
    void answer(Exception e, HttpServletResponse response) throws IOException {
        if (e instanceof ErrorResponse known) {
            known.getHeaders().forEach((name, values) -> values.forEach(value -> response.addHeader(name, value)));
            Problem.of(known.getStatusCode().value()).write(response);
            return;
        }
        log.error("unexpected", e);
        Problem.of(ErrorCode.INTERNAL_ERROR, null).write(response);
    }
}
