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

    private final ConcurrentMap<String, LockHandle> handles = new ConcurrentHashMap<>();

    /** The lock of one key, shared by its owner and those who wait. */
    final class LockHandle {

        private final String key;
        private final Semaphore permit = new Semaphore(1, true);
        private int users;

        private LockHandle(String key) {
            this.key = key;
        }

        void release() {
            permit.release();
            leave(key);
        }
    }

    /** Throws {@code TOO_MANY_REQUESTS} if the lock is not free in time. */
    LockHandle acquire(String key, Duration timeout) {
        LockHandle handle = handles.compute(key, (name, present) -> {
            LockHandle entered = present == null ? new LockHandle(name) : present;
            entered.users++;
            return entered;
        });
        boolean acquired = false;
        try {
            acquired = handle.permit.tryAcquire(timeout.toNanos(), TimeUnit.NANOSECONDS);
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
        return handle;
    }

    private void leave(String key) {
        handles.computeIfPresent(key, (name, handle) -> --handle.users == 0 ? null : handle);
    }
}
