package dev.mobilesync.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.testsupport.Exclusive;
import dev.mobilesync.testsupport.Jpegs;
import dev.mobilesync.testsupport.NeedsRealServers;
import dev.mobilesync.testsupport.StompTestClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * Measures uploads, the time from capture to notification, and connected browsers, each with a baseline of the backing
 * services alone. {@code -Dbenchmarks.compare=NAME=value,…} repeats each measurement with those environment variables.
 */
@Exclusive
@NeedsRealServers
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class BenchmarkIT {

    private static final int PICTURES = 20;
    private static final int BROWSER_WORKERS = 32;
    private static final Duration COMPLETION_LIMIT = Duration.ofMinutes(2);

    private final BenchmarkSize size = BenchmarkSize.configured();
    private final BenchmarkReport report = new BenchmarkReport();
    private final List<byte[]> pictures =
            IntStream.range(0, PICTURES).mapToObj(Jpegs::picture).toList();
    private final List<BenchmarkEnvironment> environments = new ArrayList<>();
    private BaselineServers baseline;
    private int plans;

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        environments.add(new BenchmarkEnvironment("", directory.resolve("default"), Map.of()));
        baseline = new BaselineServers(environments.get(0));
        Map<String, String> compared = comparedSettings();
        if (!compared.isEmpty()) {
            environments.add(new BenchmarkEnvironment(" with " + compared, directory.resolve("compared"), compared));
        }
        report.note("Each picture has about %,d bytes.", pictures.get(0).length);
        for (BenchmarkEnvironment environment : environments) {
            LoadDriver.during(8, size.warmUp(), uploads(environment, "W" + ++plans));
            connectAndEnter(environment, "W" + ++plans, size.browsers() / 10, false);
        }
    }

    private static Map<String, String> comparedSettings() {
        return Arrays.stream(System.getProperty("benchmarks.compare", "").split(","))
                .filter(setting -> setting.contains("="))
                .map(setting -> setting.split("=", 2))
                .collect(Collectors.toMap(setting -> setting[0], setting -> setting[1]));
    }

    @AfterAll
    void stop() throws IOException {
        if (baseline != null) {
            report.finish(baseline.brokerVersion());
            baseline.close();
        }
        environments.forEach(BenchmarkEnvironment::close);
    }

    @Test
    @Order(1)
    void measuresUploads() {
        for (int workers : size.workers()) {
            String conditions = workers + " at once";
            report.add(
                    Operation.STORE,
                    conditions,
                    LoadDriver.during(workers, size.time(), number -> baseline.put(number, picture(number))));
            report.add(
                    Operation.STORE_WITHOUT_NO_DELAY,
                    conditions,
                    LoadDriver.during(
                            workers, size.time(), number -> baseline.putWithoutNoDelay(number, picture(number))));
            report.add(Operation.BROKER, conditions, LoadDriver.during(workers, size.time(), baseline::publish));
            for (BenchmarkEnvironment environment : environments) {
                String plan = "U" + ++plans;
                LatencyStats stats = LoadDriver.during(workers, size.time(), uploads(environment, plan));
                report.add(Operation.UPLOAD, conditions + environment.suffix(), stats);
                awaitCompleted(environment, plan, stats.nanos().size(), workers);
            }
        }
    }

    @Test
    @Order(2)
    void measuresCaptureToNotification() {
        for (BenchmarkEnvironment environment : environments) {
            String plan = "S" + ++plans;
            int count = (int) (size.steadyRate() * size.time().toSeconds());
            List<StompTestClient> browsers = IntStream.range(0, count)
                    .mapToObj(number -> environment.connectBrowser(examinee(plan, number)))
                    .toList();
            Queue<Long> until201 = new ConcurrentLinkedQueue<>();
            LatencyStats untilNotified = LoadDriver.atRate(size.steadyRate(), count, number -> {
                long start = System.nanoTime();
                environment.upload(examinee(plan, number), picture(number));
                until201.add(System.nanoTime() - start);
                browsers.get(number).await("mobile_sync_completed");
            });
            String conditions = size.steadyRate() + " per second" + environment.suffix();
            report.add(
                    Operation.FIRST_BYTE_TO_201,
                    conditions,
                    LatencyStats.of(List.copyOf(until201), untilNotified.elapsed(), List.of()));
            report.add(Operation.FIRST_BYTE_TO_BROWSER, conditions, untilNotified);
            browsers.forEach(StompTestClient::abort);
        }
    }

    @Test
    @Order(3)
    void measuresConnectedBrowsers() {
        for (BenchmarkEnvironment environment : environments) {
            double before = environment.heapOfSocketServer();
            List<StompTestClient> browsers = connectAndEnter(environment, "B" + ++plans, size.browsers(), true);
            double each = (environment.heapOfSocketServer() - before) / browsers.size();
            report.note(
                    "socket-server used %,.0f bytes of heap for each of %,d browsers%s.",
                    each, browsers.size(), environment.suffix());
            browsers.forEach(StompTestClient::abort);
        }
    }

    /** Connects and subscribes all browsers; then each enters the step. */
    private List<StompTestClient> connectAndEnter(
            BenchmarkEnvironment environment, String plan, int count, boolean measured) {
        Map<Integer, StompTestClient> browsers = new ConcurrentHashMap<>();
        LatencyStats connected = LoadDriver.repeat(
                BROWSER_WORKERS,
                count,
                number -> browsers.put(number, environment.connectBrowser(examinee(plan, number))));
        LatencyStats entered = LoadDriver.repeat(BROWSER_WORKERS, count, number -> {
            ExamineeKey examinee = examinee(plan, number);
            StompTestClient browser = browsers.get(number);
            assertThat(browser).isNotNull();
            browser.send("/app/plans/" + plan + "/examinees/" + examinee.examineeId() + "/mobile-sync/wait", "");
            browser.await("mobile_sync_waiting");
        });
        if (measured) {
            String conditions = BROWSER_WORKERS + " at once" + environment.suffix();
            report.add(Operation.CONNECT, conditions, connected);
            report.add(Operation.ENTER, conditions, entered);
        } else {
            browsers.values().forEach(StompTestClient::abort);
        }
        return List.copyOf(browsers.values());
    }

    private LoadDriver.Task uploads(BenchmarkEnvironment environment, String plan) {
        return number -> environment.upload(examinee(plan, number), picture(number));
    }

    /** Waits until every upload that was answered 201 is COMPLETED. */
    private void awaitCompleted(BenchmarkEnvironment environment, String plan, int count, int workers) {
        long start = System.nanoTime();
        Awaitility.await()
                .atMost(COMPLETION_LIMIT)
                .pollInterval(Duration.ofMillis(100))
                .untilAsserted(() -> assertThat(environment.completed(plan)).isEqualTo(count));
        report.note(
                "All %,d uploads of the run with %d at once were COMPLETED %,d ms after the last 201%s.",
                count, workers, Duration.ofNanos(System.nanoTime() - start).toMillis(), environment.suffix());
    }

    private static ExamineeKey examinee(String plan, int number) {
        return new ExamineeKey(plan, "%s-%06d".formatted(plan, number));
    }

    private byte[] picture(int number) {
        return pictures.get(number % PICTURES);
    }
}
