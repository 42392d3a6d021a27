package dev.mobilesync.state;

import dev.mobilesync.service.publishing.PublishFailedException;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.dao.DataAccessException;

/**
 * Runs work at once, and parks what fails: it is tried again, for ever, with a growing pause, while others go on. How
 * much may be parked is bounded by how many messages the broker gives out unacknowledged.
 */
final class RetryScheduler implements SmartLifecycle {

    /** Something to be done that may have to wait. */
    interface RetryableTask {

        /** Tries it; harmless to try again whatever it throws. */
        void attempt();

        /** Says to whom it concerns that it takes longer than it should. */
        void tellOfDelay();

        /** Whether it is still ours to do. */
        boolean inHand();

        /** For the log. */
        String id();
    }

    private static final Logger log = LoggerFactory.getLogger(RetryScheduler.class);
    private static final int THREADS = 4;
    private static final int MAX_DOUBLINGS = 5;

    private final ObservationRegistry observations;
    private final Duration limit;
    private final StateManagerProperties.Pauses pauses;
    private final AtomicInteger parked = new AtomicInteger();
    private @Nullable ScheduledThreadPoolExecutor executor;

    /**
     * @param limit how long work may wait until somebody is told
     */
    RetryScheduler(
            ObservationRegistry observations,
            MeterRegistry meters,
            Duration limit,
            StateManagerProperties.Pauses pauses) {
        this.observations = observations;
        this.limit = limit;
        this.pauses = pauses;
        meters.gauge("mobile.sync.parked", parked);
    }

    /**
     * Does the work, now if possible.
     *
     * @param gate of what it needs
     */
    void run(CircuitBreaker gate, RetryableTask work) {
        ScheduledRetry attempts = new ScheduledRetry(gate, work, observations.getCurrentObservation());
        if (!attempts.succeed()) {
            parked.incrementAndGet();
            attempts.scheduleNext();
        }
    }

    @Override
    public synchronized void start() {
        ScheduledThreadPoolExecutor started = new ScheduledThreadPoolExecutor(
                THREADS,
                task -> {
                    Thread thread = new Thread(task, "parked");
                    thread.setDaemon(true);
                    return thread;
                },
                // What comes while we stop is not acknowledged, so it comes again.
                new ThreadPoolExecutor.DiscardPolicy());
        started.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        executor = started;
    }

    @Override
    public synchronized void stop() {
        ScheduledThreadPoolExecutor stopping = executor;
        if (stopping != null) {
            executor = null;
            stopping.shutdownNow();
            parked.set(0);
            try {
                stopping.awaitTermination(5, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public synchronized boolean isRunning() {
        return executor != null;
    }

    /** Stops after the listener and before the publisher. */
    @Override
    public int getPhase() {
        return 1_000;
    }

    private synchronized void schedule(Runnable task, long pauseMillis) {
        if (executor != null) {
            executor.schedule(task, pauseMillis, TimeUnit.MILLISECONDS);
        }
    }

    private final class ScheduledRetry implements Runnable {

        private final CircuitBreaker gate;
        private final RetryableTask work;
        private final @Nullable Observation trace;
        private final long since = System.nanoTime();
        private int failures;
        private boolean told;
        private boolean defectLogged;

        private ScheduledRetry(CircuitBreaker gate, RetryableTask work, @Nullable Observation trace) {
            this.gate = gate;
            this.work = work;
            this.trace = trace;
        }

        @Override
        public void run() {
            if (!work.inHand()) {
                parked.decrementAndGet();
                return;
            }
            if (trace == null) {
                again();
            } else {
                trace.scoped(this::again);
            }
        }

        private void again() {
            if (succeed()) {
                parked.decrementAndGet();
                return;
            }
            if (!told && untilLimit() <= 0) {
                told = tell();
            }
            scheduleNext();
        }

        private boolean succeed() {
            failures++;
            if (!gate.passes()) {
                return false;
            }
            try {
                work.attempt();
                gate.succeeded();
                return true;
            } catch (DataAccessException | PublishFailedException e) {
                log.debug("message {} waits", work.id(), e);
                gate.failed(e);
            } catch (RuntimeException e) {
                // A defect, or a record that cannot be read. Others go on meanwhile.
                if (!defectLogged) {
                    defectLogged = true;
                    log.error("message {} cannot be processed for now and is tried again", work.id(), e);
                }
            }
            return false;
        }

        private boolean tell() {
            try {
                work.tellOfDelay();
                log.info("message {} has waited for longer than {} and is tried on", work.id(), limit);
                return true;
            } catch (RuntimeException e) {
                log.debug("nobody could be told that message {} waits", work.id(), e);
                return false;
            }
        }

        private void scheduleNext() {
            long grown = pauses.firstRetry().toMillis() << Math.min(failures - 1, MAX_DOUBLINGS);
            long longest = Math.min(pauses.longestRetry().toMillis(), grown);
            long pause = ThreadLocalRandom.current().nextLong(longest / 2, longest + 1);
            long untilLimit = untilLimit();
            schedule(this, told || untilLimit <= 0 ? pause : Math.min(pause, untilLimit));
        }

        private long untilLimit() {
            return limit.toMillis() - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - since);
        }
    }
}
