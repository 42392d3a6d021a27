package dev.mobilesync.testsupport;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * A clock that stands still while a busy machine stops this JVM. A thread adds up its pauses of 10 ms; a longer pause counts as at
 * most 50 ms. Tests measure time limits with it.
 */
public final class PauseFreeClock {

    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long LONGEST_TICK_NANOS = 5 * TICK_NANOS;

    private static volatile long total;

    static {
        Thread thread = new Thread(PauseFreeClock::count, "pause-free-clock");
        thread.setDaemon(true);
        thread.setPriority(Thread.MAX_PRIORITY);
        thread.start();
    }

    private PauseFreeClock() {}

    private static void count() {
        try {
            while (true) {
                long before = System.nanoTime();
                TimeUnit.NANOSECONDS.sleep(TICK_NANOS);
                total = total + Math.min(System.nanoTime() - before, LONGEST_TICK_NANOS);
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** In nanoseconds, from an arbitrary origin. */
    public static long nanoTime() {
        return total;
    }

    public static Duration since(long start) {
        return Duration.ofNanos(total - start);
    }
}
