package dev.mobilesync.benchmarks;

import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * The latencies of one measurement.
 *
 * @param all the nanoseconds of each operation, sorted
 * @param span the time from the first start to the last end
 * @param failures the exceptions of failed operations
 */
record LatencyStats(List<Long> all, Duration span, List<String> failures) {

    private static final double NANOS_PER_MILLI = 1e6;
    private static final double NANOS_PER_SECOND = 1e9;

    static LatencyStats of(List<Long> nanos, Duration span, List<String> failures) {
        return new LatencyStats(nanos.stream().sorted().toList(), span, failures);
    }

    private double perSecond() {
        return all.size() * NANOS_PER_SECOND / span.toNanos();
    }

    private double millis(double share) {
        return all.isEmpty() ? 0 : all.get((int) Math.min(all.size() - 1.0, all.size() * share)) / NANOS_PER_MILLI;
    }

    /** The cells of a row: count, operations per second, then p50, p99 and maximum in milliseconds. */
    String cells() {
        return String.format(
                Locale.ROOT,
                "%,d | %,.0f | %.1f | %.1f | %.1f",
                all.size(),
                perSecond(),
                millis(0.5),
                millis(0.99),
                millis(1));
    }
}
