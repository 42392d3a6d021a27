package dev.mobilesync.benchmarks;

import java.time.Duration;
import java.util.List;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/**
 * One start.
 *
 * @param millis from the start of the process until it is ready
 * @param cpuMillis user and system time until then, of the process and its descendants
 */
record StartTime(long millis, long cpuMillis) {

    static StartTime until(long startedNanos, ProcessHandle process) {
        long millis = Duration.ofNanos(System.nanoTime() - startedNanos).toMillis();
        long cpu = Stream.concat(Stream.of(process), process.descendants())
                .flatMap(each -> each.info().totalCpuDuration().stream())
                .mapToLong(Duration::toMillis)
                .sum();
        return new StartTime(millis, cpu);
    }

    /** The median of each value. */
    static StartTime median(List<StartTime> times) {
        return new StartTime(median(times, StartTime::millis), median(times, StartTime::cpuMillis));
    }

    private static long median(List<StartTime> times, ToLongFunction<StartTime> value) {
        return times.stream().mapToLong(value).sorted().toArray()[times.size() / 2];
    }
}
