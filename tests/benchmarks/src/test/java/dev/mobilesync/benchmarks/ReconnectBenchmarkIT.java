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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One of two socket-servers is killed. Its browsers reconnect to the other one at once, without the random delay of the pages,
 * and receive their state. The other server is warm, because as many browsers of its own were connected, and has no browsers at
 * that moment.
 */
@Exclusive
@NeedsRealServers
@NeedsNode
class ReconnectBenchmarkIT {

    private static final int HANDSHAKES_AT_ONCE = 64;

    private final int sockets = BenchmarkSize.of("sockets", 10_000, 200);
    private final int pushes = BenchmarkSize.of("pushes", 20_000, 1_000);
    private final BenchmarkReport report = new BenchmarkReport(ReconnectBenchmarkIT.class);

    @Test
    void measuresReconnect(@TempDir Path directory) throws Exception {
        try (BackingServers backing = new BackingServers()) {
            backing.writeRecords(sockets);
            try (MeasuredSocketServer surviving = start(backing, directory, "surviving");
                    MeasuredSocketServer killed = start(backing, directory, "killed");
                    Browsers browsers = killed.browsers()) {
                warmUp(surviving);
                browsers.connect(0, sockets);
                double before = surviving.process().cpuMicros();
                List<Double> seconds = browsers.reconnect(surviving.url(), HANDSHAKES_AT_ONCE, killed.process()::kill);
                double cpu = surviving.process().cpuMicros() - before;
                report.curve(seconds);
                report.add(Row.RECONNECT_SECONDS, Implementation.MOBILE_SYNC, seconds.get(seconds.size() - 1));
                report.add(Row.RECONNECT_CPU, Implementation.MOBILE_SYNC, cpu / sockets);
                assertThat(browsers.counts()).isEqualTo(new Browsers.Counts(sockets, 0, 0));
            }
            report.write("%,d browsers".formatted(sockets), backing.properties());
        }
    }

    private static MeasuredSocketServer start(BackingServers backing, Path directory, String name) throws Exception {
        return MeasuredSocketServer.start(
                Implementation.MOBILE_SYNC, backing, Files.createDirectories(directory.resolve(name)));
    }

    private void warmUp(MeasuredSocketServer server) {
        try (Browsers browsers = server.browsers()) {
            browsers.connect(0, sockets);
            browsers.push(0, sockets, pushes);
            browsers.disconnect();
        }
    }
}
