package dev.mobilesync.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.benchmarks.peers.BackingServers;
import dev.mobilesync.benchmarks.peers.Browsers;
import dev.mobilesync.benchmarks.peers.MeasuredProcess.Work;
import dev.mobilesync.benchmarks.peers.MeasuredSocketServer;
import dev.mobilesync.benchmarks.peers.MeasuredStateProcessor;
import dev.mobilesync.benchmarks.peers.NeedsNode;
import dev.mobilesync.benchmarks.peers.StatusMessageLoad;
import dev.mobilesync.benchmarks.report.Implementation;
import dev.mobilesync.testsupport.Exclusive;
import dev.mobilesync.testsupport.NeedsRealServers;
import java.nio.file.Path;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Fails if a state change or a push has become much more expensive. Compares the CPU time with that of the bare hops in Node
 * in the same run, so that the speed of the machine does not matter, and takes the least of several rounds, so that other load
 * does not matter much.
 */
@Tag("slow")
@Exclusive
@NeedsRealServers
@NeedsNode
class PerformanceGuardIT {

    /**
     * The highest CPU time of a state change, as a multiple of the bare hops. Higher than in docs/performance.md, because this
     * short run is not as warm.
     */
    private static final double MAX_STATE_CHANGE_RATIO = 7;

    /** The highest CPU time of a push, as a multiple of the bare hops. */
    private static final double MAX_PUSH_RATIO = 5.5;

    private static final int ROUNDS = 3;
    private static final int CHANGES = 5_000;
    private static final int SOCKETS = 500;
    private static final int PUSHES = 10_000;

    @Test
    void stateChangeStaysCheap(@TempDir Path directory) {
        assertThat(ratio(implementation -> stateChangeCpu(implementation, directory)))
                .as("CPU of a state change, as a multiple of the bare hops")
                .isLessThan(MAX_STATE_CHANGE_RATIO);
    }

    @Test
    void pushStaysCheap(@TempDir Path directory) {
        assertThat(ratio(implementation -> pushCpu(implementation, directory)))
                .as("CPU of a push, as a multiple of the bare hops")
                .isLessThan(MAX_PUSH_RATIO);
    }

    private static double ratio(ToDoubleFunction<Implementation> cpu) {
        double own = cpu.applyAsDouble(Implementation.MOBILE_SYNC);
        double bare = cpu.applyAsDouble(Implementation.NODE);
        System.out.printf("CPU per operation: %.1f µs, bare hops: %.1f µs, ratio %.1f%n", own, bare, own / bare);
        return own / bare;
    }

    private static double stateChangeCpu(Implementation implementation, Path directory) {
        try (BackingServers backing = new BackingServers();
                MeasuredStateProcessor server = MeasuredStateProcessor.start(implementation, backing, directory);
                StatusMessageLoad statuses = server.statusMessageLoad()) {
            statuses.burst(2 * CHANGES);
            return least(() -> server.process().measure(CHANGES, () -> statuses.burst(CHANGES)));
        }
    }

    private static double pushCpu(Implementation implementation, Path directory) {
        try (BackingServers backing = new BackingServers();
                MeasuredSocketServer server = MeasuredSocketServer.start(implementation, backing, directory);
                Browsers browsers = server.browsers()) {
            backing.writeRecords(SOCKETS);
            browsers.connect(0, SOCKETS);
            browsers.push(0, SOCKETS, 2 * PUSHES);
            return least(() -> server.process().measure(PUSHES, () -> browsers.push(0, SOCKETS, PUSHES)));
        }
    }

    private static double least(Supplier<Work> round) {
        return DoubleStream.generate(() -> round.get().cpuMicros())
                .limit(ROUNDS)
                .min()
                .orElseThrow();
    }
}
