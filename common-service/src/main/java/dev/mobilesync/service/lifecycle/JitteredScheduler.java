package dev.mobilesync.service.lifecycle;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;

/**
 * Runs a task periodically on its own thread. Each pause differs by up to 25 %, so that instances do not run in step.
 */
public final class JitteredScheduler implements SmartLifecycle {

    private static final double MIN_FACTOR = 0.75;
    private static final double MAX_FACTOR = 1.25;
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(5);

    private final String name;
    private final Duration interval;
    private final Runnable task;
    private volatile @Nullable ScheduledExecutorService executor;

    /**
     * @param name the thread's name
     * @param interval the average pause between two runs; zero disables the task
     * @param task must not throw
     */
    public JitteredScheduler(String name, Duration interval, Runnable task) {
        this.name = name;
        this.interval = interval;
        this.task = task;
    }

    /** Schedules the first run after one pause. */
    @Override
    public void start() {
        if (!interval.isZero()) {
            executor = Executors.newSingleThreadScheduledExecutor(runnable -> {
                Thread thread = new Thread(runnable, name);
                thread.setDaemon(true);
                return thread;
            });
            scheduleNext();
        }
    }

    private void run() {
        try {
            task.run();
        } finally {
            scheduleNext();
        }
    }

    private void scheduleNext() {
        ScheduledExecutorService running = executor;
        if (running != null && !running.isShutdown()) {
            double factor = ThreadLocalRandom.current().nextDouble(MIN_FACTOR, MAX_FACTOR);
            running.schedule(this::run, (long) (interval.toMillis() * factor), TimeUnit.MILLISECONDS);
        }
    }

    /** Interrupts a run and waits up to 5 s for its end. */
    @Override
    public void stop() {
        ScheduledExecutorService stopping = executor;
        executor = null;
        if (stopping != null) {
            stopping.shutdownNow();
            try {
                stopping.awaitTermination(STOP_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public boolean isRunning() {
        return executor != null;
    }

    /** Stops before the publisher. */
    @Override
    public int getPhase() {
        return 1_000;
    }
}
