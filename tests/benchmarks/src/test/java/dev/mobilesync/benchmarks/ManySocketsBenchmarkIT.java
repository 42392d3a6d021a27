package dev.mobilesync.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.benchmarks.peers.BackingServers;
import dev.mobilesync.benchmarks.peers.Browsers;
import dev.mobilesync.benchmarks.peers.MeasuredProcess;
import dev.mobilesync.benchmarks.peers.MeasuredProcess.Work;
import dev.mobilesync.benchmarks.peers.MeasuredSocketServer;
import dev.mobilesync.benchmarks.peers.NeedsNode;
import dev.mobilesync.benchmarks.report.BenchmarkReport;
import dev.mobilesync.benchmarks.report.Implementation;
import dev.mobilesync.benchmarks.report.Row;
import dev.mobilesync.testsupport.Exclusive;
import dev.mobilesync.testsupport.NeedsRealServers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One socket-server holds 50,000 sockets with heart-beats every 10 s in both directions, from several addresses of the loopback
 * network. Measures the CPU of the idle sockets, and whether they make a push more expensive; beside {@code ws}, whose sockets have no
 * heart-beats. Fails where a process may not open 51,000 files ({@code ulimit -Hn}); {@code -Dbenchmarks.many-sockets} sets a smaller number.
 */
@Exclusive
@NeedsRealServers
@NeedsNode
class ManySocketsBenchmarkIT {

    private static final int HEART_BEAT_MILLIS = 10_000;
    private static final int ADDRESSES = 4;
    private static final int SPARE_FILES = 1_000;
    private static final double MICROS_PER_SECOND = 1e6;
    private static final double KIB_PER_MIB = 1024;
    private static final Implementation OWN = Implementation.MOBILE_SYNC;

    private final int sockets = BenchmarkSize.of("many-sockets", 50_000, 2_000);
    private final int few = BenchmarkSize.of("few-sockets", 1_000, 100);
    private final int pushes = BenchmarkSize.of("pushes", 40_000, 1_000);
    private final int rounds = BenchmarkSize.of("rounds", 3, 1);
    private final int idleSeconds = BenchmarkSize.of("idle-seconds", 600, 15);
    private final BenchmarkReport report = new BenchmarkReport(ManySocketsBenchmarkIT.class);

    @Test
    void measuresManySockets(@TempDir Path directory) {
        try (BackingServers backing = new BackingServers()) {
            backing.writeRecords(sockets);
            for (Implementation implementation : List.of(OWN, Implementation.NODE)) {
                measure(implementation, backing, directory);
            }
            report.write(
                    "%,d sockets from %d addresses, idle for %,d s".formatted(sockets, ADDRESSES, idleSeconds),
                    backing.properties());
        }
    }

    private void measure(Implementation implementation, BackingServers backing, Path directory) {
        try (MeasuredSocketServer server =
                        MeasuredSocketServer.start(implementation, backing, directory, sockets + SPARE_FILES);
                Browsers browsers = server.browsers().fromAddresses(ADDRESSES)) {
            if (implementation == OWN) {
                browsers.withHeartBeats(HEART_BEAT_MILLIS);
            }
            browsers.connect(0, few);
            browsers.push(0, few, pushes);
            measurePushes(Row.FEW_SOCKETS_PUSH_CPU, implementation, server.process(), browsers, few, 0);

            browsers.connect(few, sockets - few);
            report.add(Row.IDLE_MEMORY, implementation, server.process().residentKib() / KIB_PER_MIB);
            double idle = implementation == OWN ? measureIdle(server.process(), browsers) : 0;
            measurePushes(Row.MANY_SOCKETS_PUSH_CPU, implementation, server.process(), browsers, sockets, idle);
        }
    }

    /** Returns the CPU time in microseconds per second. */
    private double measureIdle(MeasuredProcess server, Browsers browsers) {
        browsers.counts();
        Duration time = Duration.ofSeconds(idleSeconds);
        double before = server.cpuMicros();
        Awaitility.await().pollDelay(time).atMost(time.plusMinutes(1)).until(() -> true);
        double micros = server.cpuMicros() - before;
        Browsers.Counts status = browsers.counts();
        assertThat(status.open()).isEqualTo(sockets);
        assertThat(status.lost()).isZero();
        // The server sends a heart-beat within one to two intervals.
        assertThat(status.heartBeats()).isGreaterThan((int) (sockets * time.toMillis() / HEART_BEAT_MILLIS / 2));
        report.add(Row.IDLE_CPU, OWN, 100 * micros / idleSeconds / MICROS_PER_SECOND);
        return micros / idleSeconds;
    }

    /** @param idle the CPU time of idle sockets in microseconds per second, which is subtracted */
    private void measurePushes(
            Row row, Implementation implementation, MeasuredProcess server, Browsers browsers, int count, double idle) {
        for (int round = 0; round < rounds; round++) {
            Work work = server.measure(pushes, () -> browsers.push(0, count, pushes));
            report.add(row, implementation, work.cpuMicros() - idle / work.perSecond());
        }
    }
}
