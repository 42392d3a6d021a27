package dev.mobilesync.reliability;

import java.time.Duration;
import java.util.Collection;
import java.util.Locale;

/** Percentiles of durations in milliseconds. */
record Percentiles(int count, long p50, long p99, long max) {

    static Percentiles of(Collection<Duration> all) {
        long[] millis = all.stream().mapToLong(Duration::toMillis).sorted().toArray();
        if (millis.length == 0) {
            throw new AssertionError("no measurements");
        }
        return new Percentiles(
                millis.length, millis[millis.length / 2], millis[millis.length * 99 / 100], millis[millis.length - 1]);
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "p50 %d ms, p99 %d ms, max %d ms (%d)", p50, p99, max, count);
    }
}
