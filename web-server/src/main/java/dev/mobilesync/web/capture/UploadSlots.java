package dev.mobilesync.web.capture;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** How many uploads are handled at once. Who waits for a slot keeps no thread, and gets one in turn. */
final class UploadSlots {

    private final Deque<CompletableFuture<Boolean>> waiting = new ArrayDeque<>();
    private int free;

    UploadSlots(int slots) {
        free = slots;
    }

    /**
     * Takes a slot as soon as there is one.
     *
     * @return true once it has one, which it must release; false where it has none in that time
     */
    CompletableFuture<Boolean> acquire(Duration wait) {
        CompletableFuture<Boolean> slot = new CompletableFuture<>();
        synchronized (this) {
            if (free > 0) {
                free--;
                return CompletableFuture.completedFuture(true);
            }
            waiting.add(slot);
        }
        return slot.completeOnTimeout(false, wait.toNanos(), TimeUnit.NANOSECONDS);
    }

    void release() {
        CompletableFuture<Boolean> next;
        do {
            next = nextWaiting();
        } while (next != null && !next.complete(true));
    }

    /** How many uploads wait. */
    synchronized int waiting() {
        waiting.removeIf(CompletableFuture::isDone);
        return waiting.size();
    }

    /** Those whose time is over are dropped here. */
    private synchronized @Nullable CompletableFuture<Boolean> nextWaiting() {
        CompletableFuture<Boolean> next = waiting.poll();
        if (next == null) {
            free++;
        }
        return next;
    }
}
