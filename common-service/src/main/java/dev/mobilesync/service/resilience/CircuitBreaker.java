package dev.mobilesync.service.resilience;

import dev.mobilesync.service.publishing.PublishFailedException;
import dev.mobilesync.service.redis.RedisTypeErrors;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;

/**
 * Rejects calls after consecutive failures, so that callers do not each wait for a timeout while a server is unavailable.
 * While open, it permits one probe per interval; the first success closes it.
 */
public final class CircuitBreaker {

    /** The circuit is open: the call was not made. */
    public static final class CallNotPermittedException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private CallNotPermittedException(String dependency) {
            super(dependency + " is unavailable", null, false, false);
        }
    }

    private static final Logger log = LoggerFactory.getLogger(CircuitBreaker.class);
    private static final long CLOSED = 0;
    /** After it, an open circuit without a probe is idle. Longer than callers pause between their retries. */
    private static final Duration IDLE_TIMEOUT = Duration.ofSeconds(30);

    private final String dependency;
    private final int failureThreshold;
    private final Duration probeInterval;
    private final AtomicInteger consecutiveFailures = new AtomicInteger();
    private final AtomicLong nextProbe = new AtomicLong(CLOSED);

    /**
     * @param dependency the server that the calls need, for the log
     * @param failureThreshold consecutive failures that open the circuit; with more than 1, a single failed node of a
     *     cluster does not open it, because calls to the other nodes succeed in between
     * @param probeInterval between two calls while the circuit is open
     */
    public CircuitBreaker(String dependency, int failureThreshold, Duration probeInterval) {
        this.dependency = dependency;
        this.failureThreshold = failureThreshold;
        this.probeInterval = probeInterval;
    }

    /**
     * Makes the call. Failures of Redis and of the broker count; other exceptions, and keys of another type, change
     * nothing.
     *
     * @throws CallNotPermittedException if the circuit is open
     */
    public void run(Runnable call) {
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

    /** Makes the call as {@link #run} does. The result fails with {@link CallNotPermittedException} if the circuit is open. */
    public <T extends @Nullable Object> CompletableFuture<T> runAsync(Supplier<CompletableFuture<T>> call) {
        if (!tryAcquirePermission()) {
            return CompletableFuture.failedFuture(new CallNotPermittedException(dependency));
        }
        return call.get().whenComplete((result, failure) -> {
            Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
            if (cause instanceof DataAccessException e) {
                onError(e);
            } else if (cause instanceof PublishFailedException e) {
                onError(e);
            } else if (cause == null) {
                onSuccess();
            }
        });
    }

    /**
     * Registers a metric: how many of these circuits are open. Only calls probe the server. If no call probes an open circuit
     * within 30 s after its probe is due, the metric no longer counts it, because the server may be available again. The circuit
     * stays open until a call succeeds.
     *
     * @param name the label of the metric
     */
    public static void register(MeterRegistry meters, String name, Collection<CircuitBreaker> circuits) {
        register(meters, name, circuits, IDLE_TIMEOUT);
    }

    static void register(MeterRegistry meters, String name, Collection<CircuitBreaker> circuits, Duration idleTimeout) {
        Gauge.builder("mobile.sync.circuits.open", circuits, all -> all.stream()
                        .filter(circuit -> circuit.isOpenAndProbed(idleTimeout))
                        .count())
                .description("Circuits that are open, because a server is unavailable")
                .tag("circuit", name)
                .strongReference(true)
                .register(meters);
    }

    /** Whether the circuit is open and not idle: its next probe is overdue by less than {@code idleTimeout}. */
    private boolean isOpenAndProbed(Duration idleTimeout) {
        long next = nextProbe.get();
        return next != CLOSED && System.nanoTime() - next < idleTimeout.toNanos();
    }

    /** Whether a call may be made. The caller reports its result. */
    public boolean tryAcquirePermission() {
        long next = nextProbe.get();
        return next == CLOSED || System.nanoTime() - next >= 0 && nextProbe.compareAndSet(next, probeTime());
    }

    public void onSuccess() {
        consecutiveFailures.set(0);
        if (nextProbe.getAndSet(CLOSED) != CLOSED) {
            log.info("{} is available again", dependency);
        }
    }

    /** Counts a failure, unless Redis rejected a key of another type: that says nothing about the calls of other keys. */
    public void onError(Exception e) {
        if (RedisTypeErrors.isWrongType(e)) {
            return;
        }
        if (consecutiveFailures.incrementAndGet() >= failureThreshold && nextProbe.getAndSet(probeTime()) == CLOSED) {
            log.warn("{} is unavailable; probed every {} ms: {}", dependency, probeInterval.toMillis(), e.toString());
        }
    }

    private long probeTime() {
        long next = System.nanoTime() + probeInterval.toNanos();
        return next == CLOSED ? 1 : next;
    }
}
