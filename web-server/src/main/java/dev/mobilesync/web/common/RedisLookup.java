package dev.mobilesync.web.common;

import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;
import org.springframework.stereotype.Component;

/**
 * Reads from Redis with a timeout of 300 ms, so that phones get a response within 5 s. Lookups run on separate threads,
 * because a command or a new connection may take longer than the timeout.
 */
@Component
public final class RedisLookup implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(RedisLookup.class);

    private static final int THREADS = 8;
    /** More than there are request threads. Each of them waits for one lookup at a time. */
    private static final int MAX_WAITING = 1_000;

    private static final Duration TIMEOUT = Duration.ofMillis(300);

    private final ExecutorService executor;

    RedisLookup() {
        CustomizableThreadFactory threads = new CustomizableThreadFactory("redis-lookup-");
        threads.setDaemon(true);
        executor = new ThreadPoolExecutor(
                THREADS, THREADS, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(MAX_WAITING), threads);
    }

    /**
     * Runs a lookup.
     *
     * @param fallback what the caller does without a result; the log states it
     * @return {@code null} if the lookup returns nothing, fails, or takes too long
     */
    public <T> @Nullable T lookUp(Callable<@Nullable T> lookup, String fallback) {
        try (Lookup<T> started = start(lookup, fallback)) {
            return started.await();
        }
    }

    /** Starts a lookup, so that the caller can do something else before it awaits the result. Closing it cancels it. */
    public <T> Lookup<T> start(Callable<@Nullable T> lookup, String fallback) {
        Future<@Nullable T> result;
        try {
            result = executor.submit(lookup);
        } catch (RejectedExecutionException e) {
            result = CompletableFuture.failedFuture(e);
        }
        return new Lookup<>(result, fallback);
    }

    /** A lookup that has started. */
    public static final class Lookup<T> implements AutoCloseable {

        private final Future<@Nullable T> result;
        private final String fallback;

        private Lookup(Future<@Nullable T> result, String fallback) {
            this.result = result;
            this.fallback = fallback;
        }

        /** Returns the result; {@code null} if the lookup returned nothing, failed, or took too long. */
        public @Nullable T await() {
            try {
                return result.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
            } catch (ExecutionException | TimeoutException e) {
                log.warn("a lookup in Redis failed or was too slow; {} ({})", fallback, e.toString());
                return null;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return null;
            }
        }

        @Override
        public void close() {
            result.cancel(true);
        }
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
