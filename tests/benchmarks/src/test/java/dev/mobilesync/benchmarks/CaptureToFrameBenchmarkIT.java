package dev.mobilesync.benchmarks;

import static dev.mobilesync.testsupport.TestTokens.examinee;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.benchmarks.report.BenchmarkReport;
import dev.mobilesync.benchmarks.report.Implementation;
import dev.mobilesync.benchmarks.report.Row;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.StompTopics;
import dev.mobilesync.testsupport.Exclusive;
import dev.mobilesync.testsupport.NeedsRealServers;
import dev.mobilesync.testsupport.StompTestClient;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The time from the last byte of an upload to the examinee's frame at a steady rate, beside the same hops by bare client libraries
 * ({@link BareCapture}), in turns. {@code -Dbenchmarks.seconds} sets the length of a turn. {@code -Dbenchmarks.store=gateway} uses
 * the Ceph gateway.
 */
@Exclusive
@NeedsRealServers
class CaptureToFrameBenchmarkIT {

    private static final int WARM_UP_RATE = 50;

    private final UploadPhones phones = new UploadPhones();
    private final int seconds = BenchmarkSize.of("seconds", 12, 1);
    private final int turns = BenchmarkSize.of("turns", 3, 1);
    private final int warmUpSeconds = BenchmarkSize.of("warm-up", 40, 1);
    private final BenchmarkReport report = UploadServices.report(CaptureToFrameBenchmarkIT.class);
    private int plans;

    @Test
    void measuresLastByteToFrame(@TempDir Path directory) throws Exception {
        try (UploadServices services = new UploadServices(directory)) {
            int webServer = services.start("web-server", "web-server/target/web-server-exec.jar");
            services.start("state-manager", "state-manager/target/state-manager-exec.jar");
            int socketServer = services.start("socket-server", "socket-server/target/socket-server-exec.jar");
            URI socketUrl = URI.create("ws://127.0.0.1:" + socketServer + "/ws");
            try (BareCapture bare = new BareCapture(services.properties())) {
                bare(bare, WARM_UP_RATE, WARM_UP_RATE * warmUpSeconds);
                mobileSync(webServer, socketUrl, WARM_UP_RATE, WARM_UP_RATE * warmUpSeconds);
                for (int turn = 0; turn < turns; turn++) {
                    for (int rate : List.of(20, 50)) {
                        add(Implementation.JAVA, rate, bare(bare, rate, rate * seconds));
                        add(Implementation.MOBILE_SYNC, rate, mobileSync(webServer, socketUrl, rate, rate * seconds));
                    }
                }
            }
            report.write(
                    "%s, pictures of 100 KB, %d s to warm up, %d turns of %d s"
                            .formatted(services.store(), warmUpSeconds, turns, seconds),
                    services.properties());
        }
    }

    private void add(Implementation implementation, int rate, LatencyStats stats) {
        boolean slow = rate == 20;
        report.add(
                slow ? Row.CAPTURE_TO_FRAME_20_P50 : Row.CAPTURE_TO_FRAME_50_P50,
                implementation,
                stats.percentileMillis(0.5));
        report.add(
                slow ? Row.CAPTURE_TO_FRAME_20_P99 : Row.CAPTURE_TO_FRAME_50_P99,
                implementation,
                stats.percentileMillis(0.99));
    }

    private LatencyStats bare(BareCapture bare, int rate, int count) {
        int first = 1_000_000 * ++plans;
        Queue<Long> nanos = new ConcurrentLinkedQueue<>();
        LatencyStats runs = LoadDriver.atRate(rate, count, number -> {
            BareCapture.Hops hops = bare.send(first + number, phones.picture(number));
            nanos.add(hops.frame() - hops.start());
        });
        return frames(runs, nanos);
    }

    private LatencyStats mobileSync(int webServer, URI socketUrl, int rate, int count) {
        String plan = "F" + ++plans;
        Map<Integer, StompTestClient> browsers = new ConcurrentHashMap<>();
        Map<Integer, String> tokens = new ConcurrentHashMap<>();
        Queue<Long> nanos = new ConcurrentLinkedQueue<>();
        try {
            LatencyStats connected = LoadDriver.repeat(16, count, number -> {
                ExamineeKey examinee = key(plan, number);
                tokens.put(number, UploadPhones.token(examinee));
                StompTestClient browser = StompTestClient.connect(socketUrl, examinee(plan, examinee.examineeId()));
                browsers.put(number, browser);
                browser.subscribe(StompTopics.examinee(examinee));
            });
            assertThat(connected.failures()).isEmpty();
            LatencyStats runs = LoadDriver.atRate(rate, count, number -> {
                long sent = phones.upload(webServer, key(plan, number), requireNonNull(tokens.get(number)), number);
                requireNonNull(browsers.get(number)).await("mobile_sync_completed");
                nanos.add(System.nanoTime() - sent);
            });
            return frames(runs, nanos);
        } finally {
            browsers.values().forEach(StompTestClient::abort);
        }
    }

    private static LatencyStats frames(LatencyStats runs, Queue<Long> nanos) {
        assertThat(runs.failures()).isEmpty();
        return LatencyStats.of(List.copyOf(nanos), Duration.ZERO, List.of());
    }

    private static ExamineeKey key(String plan, int number) {
        return new ExamineeKey(plan, "%s-%06d".formatted(plan, number));
    }
}
