package dev.mobilesync.web.common;

import java.time.Duration;

/**
 * The time limit of an operation, shared by its steps.
 *
 * @param nanoTime its end, by {@link System#nanoTime}
 */
public record TimeLimit(long nanoTime) {

    public static TimeLimit in(Duration duration) {
        return new TimeLimit(System.nanoTime() + duration.toNanos());
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
