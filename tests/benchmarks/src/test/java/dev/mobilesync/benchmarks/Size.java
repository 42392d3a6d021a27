package dev.mobilesync.benchmarks;

import java.time.Duration;
import java.util.List;

/**
 * How much is measured.
 *
 * @param warmUp before anything counts
 * @param time of each measurement
 * @param workers how many do it at once, one measurement for each
 * @param steadyRate uploads a second where the way of one picture is timed
 * @param sockets how many examinees wait
 */
record Size(Duration warmUp, Duration time, List<Integer> workers, int steadyRate, int sockets) {

    private static final Size FULL =
            new Size(Duration.ofSeconds(15), Duration.ofSeconds(20), List.of(1, 8, 32), 20, 5_000);
    private static final Size SMALL = new Size(Duration.ofSeconds(1), Duration.ofSeconds(1), List.of(2), 5, 40);

    /** With {@code -Dbenchmarks.size=small} as little as shows that each figure can be had. */
    static Size wanted() {
        return "small".equals(System.getProperty("benchmarks.size")) ? SMALL : FULL;
    }
}
