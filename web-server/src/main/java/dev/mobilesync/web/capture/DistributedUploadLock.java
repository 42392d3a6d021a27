package dev.mobilesync.web.capture;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.messages.RedisKeys;
import dev.mobilesync.service.redis.RedisLease;
import dev.mobilesync.service.resilience.CircuitBreaker;
import dev.mobilesync.web.common.TimeLimit;
import dev.mobilesync.web.http.ApiException;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.data.redis.core.StringRedisTemplate;

/**
 * Serializes the uploads of one picture across all instances, with a local lock and a lease in Redis.
 *
 * <p>While Redis is unavailable, the local lock alone serializes them. Two instances may then store at the same time, and a
 * store without versions may keep the older picture.
 */
final class DistributedUploadLock implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(DistributedUploadLock.class);
    private static final int THREADS = 8;
    private static final Duration TIMEOUT = Duration.ofMillis(300);
    private static final Duration REDIS_RETRY_INTERVAL = Duration.ofSeconds(2);
    private static final Duration POLL_INTERVAL = Duration.ofMillis(25);

    private final KeyedLock localLock = new KeyedLock();
    private final StringRedisTemplate redis;
    private final Duration leaseTtl;
    private final ExecutorService executor;
    private final CircuitBreaker redisBreaker =
            new CircuitBreaker("Redis, which serializes uploads across instances,", 1, REDIS_RETRY_INTERVAL);

    /** A lock that is held. */
    interface LockHandle {

        /** Does not wait for Redis. */
        void release();
    }

    /**
     * @param leaseTtl how long the lease of a crashed instance blocks the others
     * @param maxUploads how many uploads may wait for Redis at once
     */
    DistributedUploadLock(StringRedisTemplate redis, Duration leaseTtl, int maxUploads, MeterRegistry meters) {
        CircuitBreaker.register(meters, "upload-lock", List.of(redisBreaker));
        this.redis = redis;
        this.leaseTtl = leaseTtl;
        // A command or a new connection may take longer than an upload waits, hence separate threads.
        this.executor = new ThreadPoolExecutor(
                THREADS, THREADS, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(2 * maxUploads), task -> {
                    Thread thread = new Thread(task, "upload-lock");
                    thread.setDaemon(true);
                    return thread;
                });
    }

    /** Throws {@code TOO_MANY_REQUESTS} if the lock is not free in time. */
    LockHandle acquire(String key, TimeLimit timeLimit) {
        KeyedLock.CountedLock local = localLock.acquire(key, timeLimit.remaining());
        UploadLease lease = new UploadLease(new RedisLease(redis, RedisKeys.uploadLease(key), leaseTtl));
        try {
            while (!lease.tryAcquire()) {
                if (timeLimit.remaining().compareTo(POLL_INTERVAL) <= 0) {
                    throw new ApiException(
                            ErrorCode.TOO_MANY_REQUESTS, "another upload for this examinee is in flight");
                }
                TimeUnit.NANOSECONDS.sleep(POLL_INTERVAL.toNanos());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            lease.releaseAsync();
            local.release();
            throw new ApiException(ErrorCode.TOO_MANY_REQUESTS, "the server is stopping", e);
        } catch (RuntimeException e) {
            local.release();
            throw e;
        }
        return () -> {
            lease.releaseAsync();
            local.release();
        };
    }

    /** The lease of one upload. Its commands run one after another, because a second one could overtake the first. */
    private final class UploadLease {

        private final RedisLease lease;
        private CompletableFuture<Boolean> lastAttempt = CompletableFuture.completedFuture(false);

        private UploadLease(RedisLease lease) {
            this.lease = lease;
        }

        /** Returns true if the lease is held, and also while Redis is unavailable. No further attempt may follow then. */
        boolean tryAcquire() throws InterruptedException {
            if (!redisBreaker.tryAcquirePermission()) {
                return true;
            }
            try {
                lastAttempt = CompletableFuture.supplyAsync(lease::tryAcquire, executor);
                boolean acquired = lastAttempt.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
                redisBreaker.onSuccess();
                return acquired;
            } catch (ExecutionException | TimeoutException | RejectedExecutionException e) {
                redisBreaker.onError(e);
                return true;
            }
        }

        /** Releases the lease after the last attempt, which may still acquire it. */
        void releaseAsync() {
            lastAttempt
                    .exceptionally(failure -> false)
                    .thenRunAsync(lease::release, executor)
                    .whenComplete((released, failure) -> {
                        if (failure != null) {
                            log.debug("the lease of an upload lock was not released; it expires", failure);
                        }
                    });
        }
    }

    @Override
    public void close() {
        executor.shutdown();
    }
}
