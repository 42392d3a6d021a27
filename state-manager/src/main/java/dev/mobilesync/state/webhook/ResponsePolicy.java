package dev.mobilesync.state.webhook;

import dev.mobilesync.state.webhook.AttemptResult.AttemptOutcome;
import java.net.http.HttpTimeoutException;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** What a response, or the lack of one, means for the next attempt. Only 2xx is a success. */
final class ResponsePolicy {

    /** A longer {@code Retry-After} is shortened, so that a mistake of the receiver does not stop its webhooks. */
    static final Duration MAX_RETRY_AFTER = Duration.ofHours(1);

    static final AttemptResult TIMED_OUT =
            new AttemptResult(AttemptOutcome.TIMEOUT, false, null, "no response in time");

    private static final int MULTIPLE_CHOICES = 300;
    private static final int BAD_REQUEST = 400;
    private static final int REQUEST_TIMEOUT = 408;
    private static final int GONE = 410;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int SERVER_ERROR = 500;
    /** Client errors that concern every request: wrong address or credentials. */
    private static final Set<Integer> ENDPOINT_ERRORS = Set.of(401, 403, 404, 405, GONE);

    private ResponsePolicy() {}

    /**
     * @param retryAfter the header of the response, if it has one
     */
    static AttemptResult ofStatus(int status, Optional<String> retryAfter, Clock clock) {
        if (status >= 200 && status < MULTIPLE_CHOICES) {
            return new AttemptResult(AttemptOutcome.SUCCESS, true, null, "");
        }
        String reason = "status " + status;
        if (status == GONE) {
            // The receiver wants no webhooks; the hourly attempt notices if that was a mistake.
            return new AttemptResult(AttemptOutcome.REJECTED, false, MAX_RETRY_AFTER, reason + " (Gone)");
        }
        Duration pause = retryAfter.map(value -> parse(value, clock)).orElse(null);
        if (status >= SERVER_ERROR || status == TOO_MANY_REQUESTS) {
            return new AttemptResult(AttemptOutcome.UNAVAILABLE, false, pause, reason);
        }
        if (status == REQUEST_TIMEOUT) {
            return new AttemptResult(AttemptOutcome.TIMEOUT, false, pause, reason);
        }
        // Redirects are not followed: the address is wrong.
        boolean isRequestError = status >= BAD_REQUEST && !ENDPOINT_ERRORS.contains(status);
        return new AttemptResult(AttemptOutcome.REJECTED, isRequestError, pause, reason);
    }

    static AttemptResult ofFailure(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof HttpTimeoutException || cause instanceof CancellationException
                ? TIMED_OUT
                : new AttemptResult(
                        AttemptOutcome.UNAVAILABLE,
                        false,
                        null,
                        "no response: " + cause.getClass().getSimpleName());
    }

    /** Parses seconds or a date; returns {@code null} for anything else. */
    private static @Nullable Duration parse(String value, Clock clock) {
        String text = value.strip();
        try {
            Duration pause = text.matches("\\d{1,9}")
                    ? Duration.ofSeconds(Long.parseLong(text))
                    : Duration.between(clock.instant(), Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(text)));
            if (pause.isNegative() || pause.isZero()) {
                return null;
            }
            return pause.compareTo(MAX_RETRY_AFTER) < 0 ? pause : MAX_RETRY_AFTER;
        } catch (DateTimeException e) {
            return null;
        }
    }
}
