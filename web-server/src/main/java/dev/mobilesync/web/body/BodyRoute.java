package dev.mobilesync.web.body;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.web.http.ApiException;
import dev.mobilesync.web.http.PlanAccess;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.http.HttpMethod;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import org.springframework.security.web.util.matcher.RequestMatcher.MatchResult;

/**
 * A route whose requests are handled once their whole bodies have arrived.
 *
 * @param maxBytes the largest body
 * @param tooLargeError the error for a larger body
 * @param incompleteError the error for a body that is incomplete or too slow
 */
public record BodyRoute(
        PathPatternRequestMatcher matcher,
        Buffer buffer,
        long maxBytes,
        ErrorCode tooLargeError,
        ErrorCode incompleteError,
        Admission admission) {

    /**
     * A route for those who supervise the plan {@code {planId}} of its path.
     *
     * @param action what others may not do, for the message of the error
     */
    public static BodyRoute ofPlan(HttpMethod method, String path, long maxBytes, String action) {
        return new BodyRoute(
                PathPatternRequestMatcher.pathPattern(method, path),
                Buffer.AUTHENTICATED,
                maxBytes,
                ErrorCode.INVALID_REQUEST,
                ErrorCode.INVALID_REQUEST,
                (request, match) -> {
                    PlanAccess.requireSupervisor(match.getVariables().getOrDefault("planId", ""), request, action);
                    return AdmittedRequest.IMMEDIATE;
                });
    }

    /** The buffer that bodies share. */
    public enum Buffer {
        /** Memory and disk. */
        AUTHENTICATED,
        /** A small separate buffer, so that unauthenticated requests cannot use up that of uploads. */
        ANONYMOUS
    }

    /** Admits a request, or rejects it, before its body is received. */
    @FunctionalInterface
    public interface Admission {

        /**
         * Admits a request.
         *
         * @throws ApiException if the request is rejected without reading its body
         */
        AdmittedRequest admit(HttpServletRequest request, MatchResult match);
    }

    /** An admitted request. */
    public interface AdmittedRequest {

        /** A request that is handled as soon as its body has arrived. */
        AdmittedRequest IMMEDIATE = new AdmittedRequest() {};

        /**
         * Called when the whole body has arrived.
         *
         * @param handle continues the request; may be called later, on any thread
         */
        default void onReceived(Runnable handle) {
            handle.run();
        }

        /** Called once, when the request has ended. */
        default void close() {
            // holds no resources
        }
    }
}
