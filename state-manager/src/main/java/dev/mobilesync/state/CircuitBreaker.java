package dev.mobilesync.state;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes when one attempt after the other fails, so that not every message waits for a time-out of its own while a
 * server is away. While it is closed it lets one attempt through now and then; the first that succeeds opens it.
 * One failing part of a cluster does not close it, as successes come in between.
 */
final class CircuitBreaker {

    private static final Logger log = LoggerFactory.getLogger(CircuitBreaker.class);
    private static final long OPEN = 0;
    private static final int FAILURES_TO_CLOSE = 8;

    private final String what;
    private final Duration probeInterval;
    private final AtomicInteger failures = new AtomicInteger();
    private final AtomicLong nextProbe = new AtomicLong(OPEN);

    /**
     * @param what must be there for an attempt to succeed, for the log
     * @param probeInterval between two attempts while it is closed
     */
    CircuitBreaker(String what, Duration probeInterval) {
        this.what = what;
        this.probeInterval = probeInterval;
    }

    /** Whether an attempt may be made now. */
    boolean passes() {
        long next = nextProbe.get();
        if (next == OPEN) {
            return true;
        }
        return System.nanoTime() - next >= 0 && nextProbe.compareAndSet(next, inAWhile());
    }

    void succeeded() {
        failures.set(0);
        if (nextProbe.getAndSet(OPEN) != OPEN) {
            log.info("back: {}", what);
        }
    }

    void failed(Exception e) {
        if (failures.incrementAndGet() >= FAILURES_TO_CLOSE && nextProbe.getAndSet(inAWhile()) == OPEN) {
            log.warn("away, messages wait: {} ({})", what, e.toString());
        }
    }

    private long inAWhile() {
        long next = System.nanoTime() + probeInterval.toNanos();
        return next == OPEN ? 1 : next;
    }
}
