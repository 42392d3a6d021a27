package dev.mobilesync.state;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes when one attempt after the other fails, so that not every message waits for a time-out of its own while Redis
 * or the broker is away. While it is closed it lets one attempt through now and then; the first that succeeds opens it.
 * One failing part of a cluster does not close it, as successes come in between.
 */
final class Gate {

    private static final Logger log = LoggerFactory.getLogger(Gate.class);
    private static final long OPEN = 0;

    private final int failuresToClose;
    private final long probeNanos;
    private final AtomicInteger failures = new AtomicInteger();
    private final AtomicLong nextProbe = new AtomicLong(OPEN);

    Gate(int failuresToClose, Duration probeInterval) {
        this.failuresToClose = failuresToClose;
        this.probeNanos = probeInterval.toNanos();
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
            log.info("Redis and the broker are back");
        }
    }

    void failed(Exception e) {
        if (failures.incrementAndGet() >= failuresToClose && nextProbe.getAndSet(inAWhile()) == OPEN) {
            log.warn("Redis or the broker is away, messages wait: {}", e.toString());
        }
    }

    private long inAWhile() {
        long next = System.nanoTime() + probeNanos;
        return next == OPEN ? 1 : next;
    }
}
