package dev.mobilesync.state.webhook;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The result of one request.
 *
 * @param isEndpointAvailable whether the endpoint handles requests, although it may have rejected this one
 * @param retryAfter how long the endpoint asks to wait, if it does
 * @param reason for operators; empty after a success
 */
record AttemptResult(
        AttemptOutcome outcome,
        boolean isEndpointAvailable,
        @Nullable Duration retryAfter,
        String reason) {

    /** What is counted. */
    enum AttemptOutcome {
        SUCCESS,
        /** A response that is an error of this request or of the settings. */
        REJECTED,
        /** No connection or no response in time, or 408. */
        TIMEOUT,
        /** No connection, or a response that says that the receiver does not work or is overloaded. */
        UNAVAILABLE
    }

    boolean isSuccess() {
        return outcome == AttemptOutcome.SUCCESS;
    }
}
