package dev.mobilesync.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.benchmarks.peers.BackingServers;
import dev.mobilesync.benchmarks.peers.Browsers;
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
 * Resident memory that subscribed browsers add: socket-server and its peers. The memory without browsers is that of a server
 * that has had some and has lost them. Each figure is taken after a full garbage collection ({@code jcmd GC.run}, or {@code gc()}
 * of Node).
 */
@Exclusive
@NeedsRealServers
@NeedsNode
class SocketMemoryBenchmarkIT {

    private static final double KIB_PER_MIB = 1024;

    private final int sockets = BenchmarkSize.of("sockets", 5_000, 200);
    private final BenchmarkReport report = new BenchmarkReport(SocketMemoryBenchmarkIT.class);

    @Test
    void measuresMemory(@TempDir Path directory) {
        int warmUp = sockets / 5;
        try (BackingServers backing = new BackingServers()) {
            backing.writeRecords(sockets);
            for (Implementation implementation : Implementation.socketServers()) {
                try (MeasuredSocketServer server = MeasuredSocketServer.start(implementation, backing, directory);
                        Browsers browsers = server.browsers()) {
                    browsers.connect(0, warmUp);
                    browsers.push(0, warmUp, sockets);
                    browsers.disconnect();
                    double without = server.process().residentKib();
                    browsers.connect(0, sockets);
                    browsers.push(0, sockets, sockets);
                    double with = server.process().residentKib();
                    report.add(Row.SOCKET_MEMORY, implementation, (with - without) / sockets);
                    report.add(Row.PROCESS_MEMORY, implementation, with / KIB_PER_MIB);
                    assertThat(browsers.counts()).isEqualTo(new Browsers.Counts(sockets, 0, 0));
                }
            }
            report.write("%,d sockets, after a full garbage collection".formatted(sockets), backing.properties());
        }
    }
}
