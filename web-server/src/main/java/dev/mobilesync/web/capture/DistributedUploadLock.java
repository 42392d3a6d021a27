package dev.mobilesync.web.capture;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.messages.RedisKeys;
import dev.mobilesync.service.redis.RedisLease;
import dev.mobilesync.web.common.ApiException;
import dev.mobilesync.web.common.Deadline;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.data.redis.core.StringRedisTemplate;

/**
 * One upload at a time per picture over all instances, as well as that goes: by a lease in Redis beside the turn in this
 * one. While Redis is away uploads go on without it. Two of the same examinee at the same moment through two instances
 * may then leave the older one's picture in a store without versions.
 */
final class DistributedUploadLock implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(DistributedUploadLock.class);
    private static final int THREADS = 8;
    private static final Duration PATIENCE = Duration.ofMillis(300);
    private static final Duration WITHOUT_REDIS = Duration.ofSeconds(2);
    private static final Duration POLL = Duration.ofMillis(25);

    private final KeyedLock turns = new KeyedLock();
    private final StringRedisTemplate redis;
    private final Duration lease;
    private final ExecutorService executor;
    private volatile long askAgainAt = System.nanoTime();

    /** Somebody's turn, until it ends. */
    interface LockHandle {

        /** Returns at once. */
        void end();
    }

    /**
     * @param lease for how long an instance that dies keeps others out
     * @param maxUploads how many may ask at once
     */
    DistributedUploadLock(StringRedisTemplate redis, Duration lease, int maxUploads) {
        this.redis = redis;
        this.lease = lease;
        // Threads of its own, because both a command and a new connection may take longer than an upload waits.
        this.executor = new ThreadPoolExecutor(
                THREADS, THREADS, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(2 * maxUploads), task -> {
                    Thread thread = new Thread(task, "shared-turns");
                    thread.setDaemon(true);
                    return thread;
                });
    }

    /**
     * Waits for a turn.
     *
     * @throws Refusal {@code TOO_MANY_REQUESTS} if it does not come in time
     */
    LockHandle take(String name, Deadline deadline) {
        KeyedLock.LockHandle here = turns.take(name, deadline.left());
        RedisLease everywhere = new RedisLease(redis, RedisKeys.uploadLease(name), lease);
        try {
            while (!takes(everywhere)) {
                if (deadline.left().compareTo(POLL) <= 0) {
                    throw new ApiException(ErrorCode.TOO_MANY_REQUESTS, "another upload for this examinee is in hand");
                }
                TimeUnit.NANOSECONDS.sleep(POLL.toNanos());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            here.end();
            throw new ApiException(ErrorCode.TOO_MANY_REQUESTS, "the server is stopping", e);
        } catch (RuntimeException e) {
            here.end();
            throw e;
        }
        return () -> {
            giveBack(everywhere);
            here.end();
        };
    }

    /** Whether it is ours, or cannot be had because Redis is away. */
    private boolean takes(RedisLease everywhere) throws InterruptedException {
        if (System.nanoTime() - askAgainAt < 0) {
            return true;
        }
        try {
            Future<Boolean> taken = executor.submit(everywhere::tryAcquire);
            return taken.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException | RejectedExecutionException e) {
            askAgainAt = System.nanoTime() + WITHOUT_REDIS.toNanos();
            log.warn("uploads take turns per instance only: Redis is away ({})", e.toString());
            return true;
        }
    }

    /** Also where it may be taken only later, by a command that is still on its way. */
    private void giveBack(RedisLease everywhere) {
        try {
            executor.execute(() -> {
                try {
                    everywhere.release();
                } catch (RuntimeException e) {
                    log.debug("an upload's lease ends by itself", e);
                }
            });
        } catch (RejectedExecutionException e) {
            log.debug("an upload's lease ends by itself", e);
        }
    }

    @Override
    public void close() {
        executor.shutdown();
    }
}
