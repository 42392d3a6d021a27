package dev.mobilesync.benchmarks.report;

import java.util.Locale;

/**
 * A row of the table of latencies.
 *
 * @param operation what was timed
 * @param conditions the load, such as {@code 8 at once}
 * @param count number of operations
 * @param p50 in ms, like {@code p99} and {@code max}
 */
public record LatencyRow(
        String operation, String conditions, int count, double perSecond, double p50, double p99, double max) {

    /** The header of the table. */
    public static final String COLUMNS = "| operation | count | per second | p50 (ms) | p99 (ms) | max (ms) |";

    /** The row in Markdown. */
    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "| %s; %s | %,d | %,.0f | %.1f | %.1f | %.1f |",
                operation,
                conditions,
                count,
                perSecond,
                p50,
                p99,
                max);
    }
}
