package dev.mobilesync.service.lifecycle;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;

/**
 * Does something again and again on a thread of its own, with pauses that differ by a quarter, so that several instances
 * do not all begin at once.
 */
public final class JitteredScheduler implements SmartLifecycle {

    private static final double EARLIEST = 0.75;
    private static final double LATEST = 1.25;
    private static final Duration LAST_ROUND = Duration.ofSeconds(5);

    private final String name;
    private final Duration interval;
    private final Runnable round;
    private volatile @Nullable ScheduledExecutorService executor;

    /**
     * @param name of the thread
     * @param interval from one round's end to the next one's begin, about; zero for never
     * @param round what it throws is its own affair: it must not throw
     */
    public JitteredScheduler(String name, Duration interval, Runnable round) {
        this.name = name;
        this.interval = interval;
        this.round = round;
    }

    /** The first round comes after one interval. */
    @Override
    public void start() {
        if (!interval.isZero()) {
            executor = Executors.newSingleThreadScheduledExecutor(task -> {
                Thread thread = new Thread(task, name);
                thread.setDaemon(true);
                return thread;
            });
            scheduleNext();
        }
    }

    private void run() {
        try {
            round.run();
        } finally {
            scheduleNext();
        }
    }

    private void scheduleNext() {
        ScheduledExecutorService running = executor;
        if (running != null && !running.isShutdown()) {
            double share = ThreadLocalRandom.current().nextDouble(EARLIEST, LATEST);
            running.schedule(this::run, (long) (interval.toMillis() * share), TimeUnit.MILLISECONDS);
        }
    }

    /** Interrupts a round and waits a moment for its end. */
    @Override
    public void stop() {
        ScheduledExecutorService stopping = executor;
        executor = null;
        if (stopping != null) {
            stopping.shutdownNow();
            try {
                stopping.awaitTermination(LAST_ROUND.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public boolean isRunning() {
        return executor != null;
    }

    /** Stops before the publisher, like all that changes something. */
    @Override
    public int getPhase() {
        return 1_000;
    }
}
