package dev.mobilesync.socket;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Component;

/**
 * Threads that several classes share: a pool for work that may block, and a timer. Classes with other blocking work have pools of
 * their own, so that blocked work does not delay other kinds. A full pool throws {@code RejectedExecutionException}; the timer's
 * queue is unbounded.
 */
@Component
public final class SocketExecutors implements DisposableBean {

    private static final int THREADS = 8;
    private static final int MAX_QUEUED = 20_000;
    private static final long IDLE_SECONDS = 30;

    private final ThreadPoolExecutor blocking = pool("socket-connect", THREADS, MAX_QUEUED);
    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, named("socket-timer"));

    SocketExecutors() {
        timer.setRemoveOnCancelPolicy(true);
    }

    /** Runs what may block when a client connects: checks of handshakes, tokens and phones. */
    public Executor blocking() {
        return blocking;
    }

    /** Runs scheduled tasks, which must not block. */
    public ScheduledExecutorService timer() {
        return timer;
    }

    @Override
    public void destroy() {
        timer.shutdownNow();
        blocking.shutdownNow();
    }

    /** Creates a bounded pool of daemon threads, which end when they are idle. */
    public static ThreadPoolExecutor pool(String name, int threads, int maxQueued) {
        BlockingQueue<Runnable> queue = new LinkedBlockingQueue<>(maxQueued);
        ThreadPoolExecutor pool =
                new ThreadPoolExecutor(threads, threads, IDLE_SECONDS, TimeUnit.SECONDS, queue, named(name));
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    private static ThreadFactory named(String name) {
        AtomicInteger number = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, name + "-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }
}
