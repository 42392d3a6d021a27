package dev.mobilesync.web.body;

import dev.mobilesync.messages.ErrorCode;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import org.springframework.security.web.util.matcher.RequestMatcher.MatchResult;

/**
 * A route whose body is received before it is handled.
 *
 * @param maxBytes the longest body
 * @param tooLarge what a longer one is answered with
 * @param damaged what one is answered with that does not come to its end in time
 */
public record BodyRoute(
        PathPatternRequestMatcher matcher,
        Store store,
        long maxBytes,
        ErrorCode tooLarge,
        ErrorCode damaged,
        Admission admission) {

    /** Which bound a body shares with others. */
    public enum Store {
        /** Memory and disk. */
        UPLOADS,
        /** A little memory of its own: whoever has no token cannot use up what uploads need. */
        ANONYMOUS
    }

    /** Decides about a request before its body is received. */
    @FunctionalInterface
    public interface Admission {

        /**
         * Admits a request.
         *
         * @throws Refusal if it is answered now, whatever its body is
         */
        Ticket admit(HttpServletRequest request, MatchResult match);
    }

    /** A request that was admitted. */
    public interface Ticket {

        /** Admits without a condition. */
        Ticket NONE = new Ticket() {};

        /**
         * The body was received.
         *
         * @param handle to be called once the request can be handled
         */
        default void onReceived(Runnable handle) {
            handle.run();
        }

        /** The request is over. Called once. */
        default void close() {
            // has nothing to give back
        }
    }
}
