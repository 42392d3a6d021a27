package dev.mobilesync.benchmarks;

import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntPredicate;

/** Runs a task repeatedly and measures its latency. Failures are reported, not timed. */
final class LoadDriver {

    private static final int THREADS_AT_RATE = 64;
    private static final Duration TIMEOUT = Duration.ofMinutes(10);

    private final Task task;
    private final Queue<Long> nanos = new ConcurrentLinkedQueue<>();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();

    /** The measured operation. */
    interface Task {

        /**
         * @param number the index of this run, from 0
         */
        void run(int number) throws Exception;
    }

    private LoadDriver(Task task) {
        this.task = task;
    }

    /** Each worker runs the task repeatedly for this time. */
    static LatencyStats during(int workers, Duration time, Task task) {
        long end = System.nanoTime() + time.toNanos();
        return new LoadDriver(task).closedLoop(workers, number -> System.nanoTime() < end);
    }

    /** The workers run the task {@code count} times in total. */
    static LatencyStats repeat(int workers, int count, Task task) {
        return new LoadDriver(task).closedLoop(workers, number -> number < count);
    }

    /**
     * Starts {@code count} runs at a fixed rate, whether or not earlier ones have ended. Latency counts from the scheduled
     * start.
     */
    static LatencyStats atRate(int perSecond, int count, Task task) {
        return new LoadDriver(task).openLoop(perSecond, count);
    }

    private LatencyStats closedLoop(int workers, IntPredicate shouldContinue) {
        AtomicInteger next = new AtomicInteger();
        ScheduledExecutorService executor = threads(workers);
        long began = System.nanoTime();
        for (int i = 0; i < workers; i++) {
            executor.execute(() -> {
                for (int number = next.getAndIncrement();
                        shouldContinue.test(number);
                        number = next.getAndIncrement()) {
                    runTimed(number, System.nanoTime());
                }
            });
        }
        return awaitDone(executor, began);
    }

    private LatencyStats openLoop(int perSecond, int count) {
        ScheduledExecutorService executor = threads(THREADS_AT_RATE);
        long began = System.nanoTime();
        long pause = TimeUnit.SECONDS.toNanos(1) / perSecond;
        for (int i = 0; i < count; i++) {
            int number = i;
            long due = began + i * pause;
            executor.schedule(() -> runTimed(number, due), due - System.nanoTime(), TimeUnit.NANOSECONDS);
        }
        return awaitDone(executor, began);
    }

    private void runTimed(int number, long start) {
        try {
            task.run(number);
            nanos.add(System.nanoTime() - start);
        } catch (Exception | AssertionError e) {
            failures.add(e.toString());
        }
    }

    private LatencyStats awaitDone(ScheduledExecutorService executor, long began) {
        executor.shutdown();
        try {
            if (!executor.awaitTermination(TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
                throw new IllegalStateException("not done after " + TIMEOUT);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
        return LatencyStats.of(List.copyOf(nanos), Duration.ofNanos(System.nanoTime() - began), List.copyOf(failures));
    }

    private static ScheduledExecutorService threads(int number) {
        return Executors.newScheduledThreadPool(number, task -> {
            Thread thread = new Thread(task, "load");
            thread.setDaemon(true);
            return thread;
        });
    }
}
