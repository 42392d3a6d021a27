package dev.mobilesync.state.webhook;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides whether an endpoint may be called. After consecutive failures, or if it asks for a pause, one attempt per interval
 * is permitted until a response shows that the endpoint works: 2xx, or an error of one request such as 422. Unlike
 * {@code CircuitBreaker} it knows pauses that the other side chooses. Used by one thread; {@link #isAvailable} by any. Times are
 * those of {@link System#nanoTime}.
 */
final class EndpointAvailability {

    private static final Logger log = LoggerFactory.getLogger(EndpointAvailability.class);
    private static final int FAILURE_THRESHOLD = 8;

    private final String endpoint;
    private final Duration probeInterval;
    private int consecutiveFailures;
    private long nextProbe;
    private volatile boolean available = true;
    private String lastFailure = "";

    EndpointAvailability(String endpoint, Duration probeInterval) {
        this.endpoint = endpoint;
        this.probeInterval = probeInterval;
    }

    boolean isAvailable() {
        return available;
    }

    /** Why the last attempt failed. */
    String lastFailure() {
        return lastFailure;
    }

    /** Whether an attempt may be made now. The caller reports its result. */
    boolean tryAcquire(long now) {
        if (available) {
            return true;
        }
        if (now - nextProbe < 0) {
            return false;
        }
        nextProbe = now + probeInterval.toNanos();
        return true;
    }

    /** The time from now until {@link #tryAcquire} permits an attempt, in nanoseconds. */
    long delay(long now) {
        return available ? 0 : Math.max(0, nextProbe - now);
    }

    /** Returns whether the attempt has ended an outage. */
    boolean onResult(AttemptResult attempt, long now) {
        if (attempt.isEndpointAvailable()) {
            consecutiveFailures = 0;
            boolean recovered = !available;
            if (recovered) {
                available = true;
                log.info("webhook endpoint {} is available again", endpoint);
            }
            return recovered;
        }
        consecutiveFailures++;
        lastFailure = attempt.reason();
        @Nullable Duration pause = attempt.retryAfter();
        if (pause == null && consecutiveFailures < FAILURE_THRESHOLD) {
            return false;
        }
        long probe = now + (pause == null ? probeInterval : pause).toNanos();
        if (available) {
            available = false;
            nextProbe = probe;
            log.warn("webhook endpoint {} is unavailable, and state changes wait: {}", endpoint, lastFailure);
        } else if (probe - nextProbe > 0) {
            nextProbe = probe;
        }
        return false;
    }
}
