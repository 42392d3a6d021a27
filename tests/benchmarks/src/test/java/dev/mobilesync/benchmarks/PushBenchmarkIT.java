package dev.mobilesync.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.benchmarks.peers.BackingServers;
import dev.mobilesync.benchmarks.peers.Browsers;
import dev.mobilesync.benchmarks.peers.MeasuredProcess.Work;
import dev.mobilesync.benchmarks.peers.MeasuredSocketServer;
import dev.mobilesync.benchmarks.peers.NeedsNode;
import dev.mobilesync.benchmarks.report.BenchmarkReport;
import dev.mobilesync.benchmarks.report.Implementation;
import dev.mobilesync.benchmarks.report.Row;
import dev.mobilesync.testsupport.Exclusive;
import dev.mobilesync.testsupport.NeedsRealServers;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Broadcasts, each to the browser of one examinee among thousands: socket-server and its peers. */
@Exclusive
@NeedsRealServers
@NeedsNode
class PushBenchmarkIT {

    private static final int STEADY_RATE = 500;

    private final int sockets = BenchmarkSize.of("sockets", 2_000, 100);
    private final int pushes = BenchmarkSize.of("pushes", 40_000, 1_000);
    private final int rounds = BenchmarkSize.of("rounds", 3, 1);
    private final int steadySeconds = BenchmarkSize.of("steady-seconds", 10, 1);
    private final BenchmarkReport report = new BenchmarkReport(PushBenchmarkIT.class);

    @Test
    void measuresPushes(@TempDir Path directory) {
        try (BackingServers backing = new BackingServers()) {
            backing.writeRecords(sockets);
            for (Implementation implementation : Implementation.socketServers()) {
                try (MeasuredSocketServer server = MeasuredSocketServer.start(implementation, backing, directory);
                        Browsers browsers = server.browsers()) {
                    browsers.connect(0, sockets);
                    browsers.push(0, sockets, pushes);
                    for (int round = 0; round < rounds; round++) {
                        double broker = backing.brokerCpuMicros();
                        Work work = server.process().measure(pushes, () -> browsers.push(0, sockets, pushes));
                        report.add(Row.PUSH_CPU, implementation, work.cpuMicros());
                        report.add(Row.PUSH_RATE, implementation, work.perSecond());
                        report.add(Row.PUSH_BROKER_CPU, implementation, (backing.brokerCpuMicros() - broker) / pushes);
                        report.add(
                                Row.BROADCAST_WITHOUT_BROWSER_CPU,
                                implementation,
                                server.process()
                                        .measure(pushes, () -> browsers.publishToOthers(0, pushes))
                                        .cpuMicros());
                    }
                    report.add(
                            Row.PUSH_P99,
                            implementation,
                            browsers.pushAtRate(0, sockets, STEADY_RATE, steadySeconds)
                                    .p99());
                    assertThat(browsers.counts().lost()).isZero();
                }
            }
            report.write(
                    "%,d sockets, %,d pushes a round, rounds: %d".formatted(sockets, pushes, rounds),
                    backing.properties());
        }
    }
}
