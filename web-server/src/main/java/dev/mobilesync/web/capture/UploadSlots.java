package dev.mobilesync.web.capture;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Limits how many uploads are handled at once. Waiting uploads are served in order and block no thread. */
final class UploadSlots {

    private final Deque<CompletableFuture<Boolean>> waiting = new ArrayDeque<>();
    private int free;

    UploadSlots(int slots) {
        free = slots;
    }

    /** Completes with true once the slot is acquired and must be released, with false when the timeout has passed. */
    CompletableFuture<Boolean> acquire(Duration timeout) {
        CompletableFuture<Boolean> slot = new CompletableFuture<>();
        synchronized (this) {
            if (free > 0) {
                free--;
                return CompletableFuture.completedFuture(true);
            }
            waiting.add(slot);
        }
        return slot.completeOnTimeout(false, timeout.toNanos(), TimeUnit.NANOSECONDS);
    }

    void release() {
        CompletableFuture<Boolean> next;
        do {
            next = pollOrFree();
        } while (next != null && !next.complete(true));
    }

    /** Frees the slot if no upload waits. */
    private synchronized @Nullable CompletableFuture<Boolean> pollOrFree() {
        CompletableFuture<Boolean> next = waiting.poll();
        if (next == null) {
            free++;
        }
        return next;
    }
}
