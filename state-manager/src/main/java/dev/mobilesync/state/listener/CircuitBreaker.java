package dev.mobilesync.state.listener;

import dev.mobilesync.service.publishing.PublishFailedException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;

/**
 * Rejects calls after consecutive failures, so that messages do not each wait for a timeout while a server is
 * unavailable. While open, it permits one probe per interval; the first success closes it. A single failed node of a
 * cluster does not open it, because calls to the other nodes succeed in between.
 */
final class CircuitBreaker {

    /** The circuit is open: the call was not made. */
    static final class CallNotPermittedException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private CallNotPermittedException(String dependency) {
            super(dependency + " unavailable", null, false, false);
        }
    }

    private static final Logger log = LoggerFactory.getLogger(CircuitBreaker.class);
    private static final long CLOSED = 0;
    private static final int FAILURE_THRESHOLD = 8;

    private final String dependency;
    private final Duration probeInterval;
    private final AtomicInteger consecutiveFailures = new AtomicInteger();
    private final AtomicLong nextProbe = new AtomicLong(CLOSED);

    /**
     * @param dependency what the calls need, for the log
     * @param probeInterval between two calls while the circuit is open
     */
    CircuitBreaker(String dependency, Duration probeInterval) {
        this.dependency = dependency;
        this.probeInterval = probeInterval;
    }

    /**
     * Makes the call. Failures of Redis and of the broker count; other exceptions change nothing.
     *
     * @throws CallNotPermittedException if the circuit is open
     */
    void run(Runnable call) {
        if (!tryAcquirePermission()) {
            throw new CallNotPermittedException(dependency);
        }
        try {
            call.run();
        } catch (DataAccessException | PublishFailedException e) {
            onError(e);
            throw e;
        }
        onSuccess();
    }

    private boolean tryAcquirePermission() {
        long next = nextProbe.get();
        if (next == CLOSED) {
            return true;
        }
        return System.nanoTime() - next >= 0 && nextProbe.compareAndSet(next, probeTime());
    }

    private void onSuccess() {
        consecutiveFailures.set(0);
        if (nextProbe.getAndSet(CLOSED) != CLOSED) {
            log.info("{} available again", dependency);
        }
    }

    private void onError(Exception e) {
        if (consecutiveFailures.incrementAndGet() >= FAILURE_THRESHOLD && nextProbe.getAndSet(probeTime()) == CLOSED) {
            log.warn("{} unavailable, messages are retried ({})", dependency, e.toString());
        }
    }

    private long probeTime() {
        long next = System.nanoTime() + probeInterval.toNanos();
        return next == CLOSED ? 1 : next;
    }
}
