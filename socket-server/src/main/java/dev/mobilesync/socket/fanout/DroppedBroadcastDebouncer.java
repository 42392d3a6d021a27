package dev.mobilesync.socket.fanout;

import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** Runs an action after broadcasts were dropped: with a delay, and once for all that were dropped in the meantime. */
final class DroppedBroadcastDebouncer {

    private static final Duration DEBOUNCE = Duration.ofSeconds(2);

    private final ScheduledExecutorService timer;
    private final Runnable action;
    private final AtomicBoolean scheduled = new AtomicBoolean();

    DroppedBroadcastDebouncer(ScheduledExecutorService timer, Runnable action) {
        this.timer = timer;
        this.action = action;
    }

    void onDropped() {
        if (scheduled.compareAndSet(false, true)) {
            timer.schedule(
                    () -> {
                        scheduled.set(false);
                        action.run();
                    },
                    DEBOUNCE.toMillis(),
                    TimeUnit.MILLISECONDS);
        }
    }
}
