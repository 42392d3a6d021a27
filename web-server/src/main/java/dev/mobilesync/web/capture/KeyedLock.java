package dev.mobilesync.web.capture;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.web.http.ApiException;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * One at a time per name. A phone that repeats an upload while the first is still in hand waits for that one, and then
 * finds its picture stored.
 */
final class KeyedLock {

    private final ConcurrentMap<String, LockHandle> turns = new ConcurrentHashMap<>();

    /** Somebody's turn, until it ends. */
    final class LockHandle {

        private final String name;
        private final Semaphore free = new Semaphore(1, true);
        private int takers;

        private LockHandle(String name) {
            this.name = name;
        }

        void end() {
            free.release();
            leave(name);
        }
    }

    /**
     * Waits for a turn.
     *
     * @throws Refusal {@code TOO_MANY_REQUESTS} if it does not come in time
     */
    LockHandle take(String name, Duration atMost) {
        LockHandle turn = turns.compute(name, (key, present) -> {
            LockHandle entered = present == null ? new LockHandle(key) : present;
            entered.takers++;
            return entered;
        });
        boolean taken = false;
        try {
            taken = turn.free.tryAcquire(atMost.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            if (!taken) {
                leave(name);
            }
        }
        if (!taken) {
            throw new ApiException(ErrorCode.TOO_MANY_REQUESTS, "another upload for this examinee is in hand");
        }
        return turn;
    }

    private void leave(String name) {
        turns.computeIfPresent(name, (key, turn) -> --turn.takers == 0 ? null : turn);
    }
}
