package dev.mobilesync.web.capture;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.web.http.ApiException;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * A fair lock per key, within this instance. A repeated upload waits for the first one and then finds its picture stored.
 */
final class KeyedLock {

    private final ConcurrentMap<String, CountedLock> locks = new ConcurrentHashMap<>();

    /** The lock of one key, shared by its owner and those who wait. */
    final class CountedLock {

        private final String key;
        private final Semaphore permit = new Semaphore(1, true);
        private int users;

        private CountedLock(String key) {
            this.key = key;
        }

        void release() {
            permit.release();
            leave(key);
        }
    }

    /** Throws {@code TOO_MANY_REQUESTS} if the lock is not free in time. */
    CountedLock acquire(String key, Duration timeout) {
        CountedLock lock = locks.compute(key, (name, present) -> {
            CountedLock entered = present == null ? new CountedLock(name) : present;
            entered.users++;
            return entered;
        });
        boolean acquired = false;
        try {
            acquired = lock.permit.tryAcquire(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            if (!acquired) {
                leave(key);
            }
        }
        if (!acquired) {
            throw new ApiException(ErrorCode.TOO_MANY_REQUESTS, "another upload for this examinee is in flight");
        }
        return lock;
    }

    private void leave(String key) {
        locks.computeIfPresent(key, (name, lock) -> --lock.users == 0 ? null : lock);
    }
}
