package dev.mobilesync.web.common;

import java.time.Duration;

/**
 * A point in time by which an operation must end, shared by its steps.
 *
 * @param nanoTime by {@link System#nanoTime}
 */
public record Deadline(long nanoTime) {

    public static Deadline in(Duration duration) {
        return new Deadline(System.nanoTime() + duration.toNanos());
    }

    /** The remaining time; never negative. */
    public Duration remaining() {
        return Duration.ofNanos(Math.max(0, nanoTime - System.nanoTime()));
    }

    /** The remaining time or {@code limit}, whichever is less. */
    public Duration remainingAtMost(Duration limit) {
        Duration remaining = remaining();
        return remaining.compareTo(limit) < 0 ? remaining : limit;
    }
}
