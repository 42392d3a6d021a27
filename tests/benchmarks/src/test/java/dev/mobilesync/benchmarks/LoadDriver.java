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

/** Does the same thing again and again, and times it. What fails is not timed, but told. */
final class LoadDriver {

    private static final int THREADS_AT_RATE = 64;
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private final Task task;
    private final Queue<Long> nanos = new ConcurrentLinkedQueue<>();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();

    /** What is timed. */
    interface Task {

        /**
         * @param number of this one, from 0
         */
        void run(int number) throws Exception;
    }

    private LoadDriver(Task task) {
        this.task = task;
    }

    /** Each worker does one after the other, for so long. */
    static LatencyStats during(int workers, Duration time, Task task) {
        long end = System.nanoTime() + time.toNanos();
        return new LoadDriver(task).closedLoop(workers, number -> System.nanoTime() < end);
    }

    /** The workers do so many in all. */
    static LatencyStats times(int workers, int count, Task task) {
        return new LoadDriver(task).closedLoop(workers, number -> number < count);
    }

    /** So many in all, each at its time, whether those before it have ended or not; the time runs from then on. */
    static LatencyStats atRate(int perSecond, int count, Task task) {
        return new LoadDriver(task).openLoop(perSecond, count);
    }

    private LatencyStats closedLoop(int workers, IntPredicate goesOn) {
        AtomicInteger next = new AtomicInteger();
        ScheduledExecutorService executor = threads(workers);
        long began = System.nanoTime();
        for (int i = 0; i < workers; i++) {
            executor.execute(() -> {
                for (int number = next.getAndIncrement(); goesOn.test(number); number = next.getAndIncrement()) {
                    time(number, System.nanoTime());
                }
            });
        }
        return whenDone(executor, began);
    }

    private LatencyStats openLoop(int perSecond, int count) {
        ScheduledExecutorService executor = threads(THREADS_AT_RATE);
        long began = System.nanoTime();
        long pause = TimeUnit.SECONDS.toNanos(1) / perSecond;
        for (int i = 0; i < count; i++) {
            int number = i;
            long due = began + i * pause;
            executor.schedule(() -> time(number, due), due - System.nanoTime(), TimeUnit.NANOSECONDS);
        }
        return whenDone(executor, began);
    }

    private void time(int number, long since) {
        try {
            task.run(number);
            nanos.add(System.nanoTime() - since);
        } catch (Exception | AssertionError e) {
            failures.add(e.toString());
        }
    }

    private LatencyStats whenDone(ScheduledExecutorService executor, long began) {
        executor.shutdown();
        try {
            if (!executor.awaitTermination(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new IllegalStateException("not done after " + PATIENCE);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
        return LatencyStats.of(List.copyOf(nanos), Duration.ofNanos(System.nanoTime() - began), List.copyOf(failures));
    }

    private static ScheduledExecutorService threads(int number) {
        return Executors.newScheduledThreadPool(number, task -> {
            Thread thread = new Thread(task, "work");
            thread.setDaemon(true);
            return thread;
        });
    }
}
