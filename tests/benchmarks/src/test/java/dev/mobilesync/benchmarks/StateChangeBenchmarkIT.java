package dev.mobilesync.benchmarks;

import dev.mobilesync.benchmarks.peers.BackingServers;
import dev.mobilesync.benchmarks.peers.MeasuredProcess.Work;
import dev.mobilesync.benchmarks.peers.MeasuredStateProcessor;
import dev.mobilesync.benchmarks.peers.NeedsNode;
import dev.mobilesync.benchmarks.peers.StatusMessageLoad;
import dev.mobilesync.benchmarks.report.BenchmarkReport;
import dev.mobilesync.benchmarks.report.Implementation;
import dev.mobilesync.benchmarks.report.Row;
import dev.mobilesync.testsupport.Exclusive;
import dev.mobilesync.testsupport.NeedsRealServers;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Statuses of pictures from {@code status_queue} to the broadcast: state-manager, and the bare hops in Node. Each has processed
 * {@code -Dbenchmarks.warm-up-changes} before: a JVM compiles what runs once per batch only after thousands of batches.
 */
@Exclusive
@NeedsRealServers
@NeedsNode
class StateChangeBenchmarkIT {

    private static final int STEADY_RATE = 100;

    private final int warmUp = BenchmarkSize.of("warm-up-changes", 100_000, 500);
    private final int changes = BenchmarkSize.of("changes", 20_000, 500);
    private final int rounds = BenchmarkSize.of("rounds", 3, 1);
    private final int steadySeconds = BenchmarkSize.of("steady-seconds", 10, 1);
    private final BenchmarkReport report = new BenchmarkReport(StateChangeBenchmarkIT.class);

    @Test
    void measuresStateChanges(@TempDir Path directory) {
        try (BackingServers backing = new BackingServers()) {
            for (Implementation implementation : List.of(Implementation.MOBILE_SYNC, Implementation.NODE)) {
                try (MeasuredStateProcessor server = MeasuredStateProcessor.start(implementation, backing, directory);
                        StatusMessageLoad statuses = server.statusMessageLoad()) {
                    statuses.burst(warmUp);
                    for (int round = 0; round < rounds; round++) {
                        double broker = backing.brokerCpuMicros();
                        double redis = backing.redisCpuMicros();
                        Work work = server.process().measure(changes, () -> statuses.burst(changes));
                        report.add(Row.STATE_CHANGE_CPU, implementation, work.cpuMicros());
                        report.add(Row.STATE_CHANGE_RATE, implementation, work.perSecond());
                        report.add(
                                Row.STATE_CHANGE_BROKER_CPU,
                                implementation,
                                (backing.brokerCpuMicros() - broker) / changes);
                        report.add(
                                Row.STATE_CHANGE_REDIS_CPU,
                                implementation,
                                (backing.redisCpuMicros() - redis) / changes);
                    }
                    report.add(
                            Row.STATE_CHANGE_P99,
                            implementation,
                            statuses.atRate(STEADY_RATE, steadySeconds).p99());
                }
            }
            report.write(
                    "%,d changes to warm up, %,d changes a round, rounds: %d".formatted(warmUp, changes, rounds),
                    backing.properties());
        }
    }
}
