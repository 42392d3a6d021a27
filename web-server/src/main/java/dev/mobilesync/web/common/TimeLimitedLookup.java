package dev.mobilesync.web.common;

import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an upload asks Redis, without waiting long for it, so that a phone is answered within 5 s. The lookups have threads
 * of their own, because both a command and a new connection may take longer.
 */
public final class TimeLimitedLookup implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(TimeLimitedLookup.class);

    private static final int THREADS = 8;
    private static final Duration PATIENCE = Duration.ofMillis(300);

    private final ExecutorService threads;

    /**
     * @param maxWaiting how many may ask at once
     */
    public TimeLimitedLookup(int maxWaiting) {
        AtomicInteger number = new AtomicInteger();
        threads = new ThreadPoolExecutor(
                THREADS, THREADS, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(maxWaiting), task -> {
                    Thread thread = new Thread(task, "brief-lookup-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
    }

    /**
     * Asks.
     *
     * @param otherwise what is done without an answer, for the log
     * @return {@code null} if there is nothing, and also where no answer comes in time
     */
    public <T> @Nullable T ask(Callable<@Nullable T> lookup, String otherwise) {
        @Nullable Future<@Nullable T> answer = null;
        try {
            answer = threads.submit(lookup);
            return answer.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException | RejectedExecutionException e) {
            log.warn("{}: Redis is away ({})", otherwise, e.toString());
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        } finally {
            if (answer != null) {
                answer.cancel(true);
            }
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
