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

/**
 * Browsers connect, log in, subscribe and receive their state: socket-server and its peers. Waves of connections that end again
 * and a round of pushes warm the server up and are not measured: a JVM compiles what runs once per connection only after
 * thousands of connections.
 */
@Exclusive
@NeedsRealServers
@NeedsNode
class ConnectBenchmarkIT {

    private final int sockets = BenchmarkSize.of("sockets", 2_000, 100);
    private final int warmUps = BenchmarkSize.of("warm-ups", 10, 1);
    private final int pushes = BenchmarkSize.of("pushes", 20_000, 1_000);
    private final int rounds = BenchmarkSize.of("rounds", 3, 1);
    private final BenchmarkReport report = new BenchmarkReport(ConnectBenchmarkIT.class);

    @Test
    void measuresConnections(@TempDir Path directory) {
        try (BackingServers backing = new BackingServers()) {
            backing.writeRecords((1 + rounds) * sockets);
            for (Implementation implementation : Implementation.socketServers()) {
                try (MeasuredSocketServer server = MeasuredSocketServer.start(implementation, backing, directory);
                        Browsers browsers = server.browsers()) {
                    for (int wave = 1; wave < warmUps; wave++) {
                        browsers.connect(0, sockets);
                        browsers.disconnect();
                    }
                    browsers.connect(0, sockets);
                    browsers.push(0, sockets, pushes);
                    for (int round = 1; round <= rounds; round++) {
                        int first = round * sockets;
                        Work work = server.process().measure(sockets, () -> browsers.connect(first, sockets));
                        report.add(Row.CONNECT_CPU, implementation, work.cpuMicros());
                        report.add(Row.CONNECT_RATE, implementation, work.perSecond());
                    }
                    assertThat(browsers.counts()).isEqualTo(new Browsers.Counts((1 + rounds) * sockets, 0, 0));
                }
            }
            report.write(
                    "%,d sockets to warm up; waves of %,d: %d".formatted(warmUps * sockets, sockets, rounds),
                    backing.properties());
        }
    }
}
