package dev.mobilesync.benchmarks;

import java.time.Duration;
import java.util.List;

/**
 * The amount of load.
 *
 * @param warmUp the duration of the uploads before the measurements
 * @param time the duration of each measurement of uploads
 * @param workers the numbers of concurrent uploads; each is measured separately
 * @param steadyRate the uploads per second of the measurement from capture to notification
 * @param browsers the number of browsers
 */
record BenchmarkSize(Duration warmUp, Duration time, List<Integer> workers, int steadyRate, int browsers) {

    private static final BenchmarkSize FULL =
            new BenchmarkSize(Duration.ofSeconds(15), Duration.ofSeconds(20), List.of(1, 8, 32), 20, 5_000);
    private static final BenchmarkSize SMALL =
            new BenchmarkSize(Duration.ofSeconds(1), Duration.ofSeconds(1), List.of(2), 5, 40);

    /** Full, or with {@code -Dbenchmarks.size=small} only to show that each measurement works. */
    static BenchmarkSize configured() {
        return "small".equals(System.getProperty("benchmarks.size")) ? SMALL : FULL;
    }
}
