package dev.mobilesync.benchmarks;

import dev.mobilesync.benchmarks.report.LatencyRow;
import java.time.Duration;
import java.util.List;

/**
 * The latencies of one measurement.
 *
 * @param nanos the latency of each successful operation in nanoseconds, sorted
 * @param elapsed the time from the first start to the last end
 * @param failures the exceptions of failed operations
 */
record LatencyStats(List<Long> nanos, Duration elapsed, List<String> failures) {

    private static final double NANOS_PER_MILLI = 1e6;
    private static final double NANOS_PER_SECOND = 1e9;

    static LatencyStats of(List<Long> nanos, Duration elapsed, List<String> failures) {
        return new LatencyStats(nanos.stream().sorted().toList(), elapsed, failures);
    }

    double perSecond() {
        return nanos.size() * NANOS_PER_SECOND / elapsed.toNanos();
    }

    double percentileMillis(double share) {
        return nanos.isEmpty()
                ? 0
                : nanos.get((int) Math.min(nanos.size() - 1.0, nanos.size() * share)) / NANOS_PER_MILLI;
    }

    /** The row of the table of latencies. */
    LatencyRow row(Operation operation, String conditions) {
        return new LatencyRow(
                operation.label(),
                conditions,
                nanos.size(),
                perSecond(),
                percentileMillis(0.5),
                percentileMillis(0.99),
                percentileMillis(1));
    }
}
