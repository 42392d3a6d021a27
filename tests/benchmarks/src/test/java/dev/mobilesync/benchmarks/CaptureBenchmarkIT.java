package dev.mobilesync.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.benchmarks.report.BenchmarkReport;
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
 * Latencies of uploads, from capture to notification and of entering the step, with a baseline of the backing services
 * alone. {@code -Dbenchmarks.compare=NAME=value,…} repeats each measurement with those environment variables.
 */
@Exclusive
@NeedsRealServers
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class CaptureBenchmarkIT {

    private static final int PICTURES = 20;
    private static final int BROWSER_WORKERS = 32;
    private static final Duration COMPLETION_LIMIT = Duration.ofMinutes(2);

    private static final int STEADY_RATE = 20;

    private final Duration time = Duration.ofSeconds(BenchmarkSize.of("seconds", 20, 1));
    private final List<Integer> uploadWorkers = IntStream.of(1, 8, 32)
            .limit(BenchmarkSize.of("upload-steps", 3, 1))
            .boxed()
            .toList();
    private final int waits = BenchmarkSize.of("waits", 5_000, 40);
    private final BenchmarkReport report = new BenchmarkReport(CaptureBenchmarkIT.class);
    private final List<byte[]> pictures =
            IntStream.range(0, PICTURES).mapToObj(Jpegs::picture).toList();
    private final List<BenchmarkEnvironment> environments = new ArrayList<>();
    private BaselineClient baseline;
    private int plans;

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        environments.add(new BenchmarkEnvironment("", directory.resolve("default"), Map.of()));
        baseline = new BaselineClient(environments.get(0));
        Map<String, String> compared = comparedSettings();
        if (!compared.isEmpty()) {
            environments.add(new BenchmarkEnvironment(" with " + compared, directory.resolve("compared"), compared));
        }
        for (BenchmarkEnvironment environment : environments) {
            LoadDriver.during(8, time, uploads(environment, "W" + ++plans));
            enter(environment, "W" + ++plans, waits / 10);
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
            report.write(
                    "pictures of %,d bytes".formatted(pictures.get(0).length),
                    environments.get(0).properties());
            baseline.close();
        }
        environments.forEach(BenchmarkEnvironment::close);
    }

    @Test
    @Order(1)
    void measuresUploads() {
        for (int workers : uploadWorkers) {
            String conditions = workers + " at once";
            add(
                    Operation.STORE,
                    conditions,
                    LoadDriver.during(workers, time, number -> baseline.put(number, picture(number))));
            add(
                    Operation.STORE_WITHOUT_NO_DELAY,
                    conditions,
                    LoadDriver.during(workers, time, number -> baseline.putWithoutNoDelay(number, picture(number))));
            add(Operation.BROKER, conditions, LoadDriver.during(workers, time, baseline::publish));
            for (BenchmarkEnvironment environment : environments) {
                String plan = "U" + ++plans;
                LatencyStats stats = LoadDriver.during(workers, time, uploads(environment, plan));
                add(Operation.UPLOAD, conditions + environment.suffix(), stats);
                awaitCompleted(environment, plan, stats.nanos().size(), workers);
            }
        }
    }

    @Test
    @Order(2)
    void measuresCaptureToNotification() {
        for (BenchmarkEnvironment environment : environments) {
            String plan = "S" + ++plans;
            int count = (int) (STEADY_RATE * time.toSeconds());
            List<StompTestClient> browsers = IntStream.range(0, count)
                    .mapToObj(number -> environment.connectBrowser(examinee(plan, number)))
                    .toList();
            Queue<Long> until201 = new ConcurrentLinkedQueue<>();
            LatencyStats untilNotified = LoadDriver.atRate(STEADY_RATE, count, number -> {
                long start = System.nanoTime();
                environment.upload(examinee(plan, number), picture(number));
                until201.add(System.nanoTime() - start);
                browsers.get(number).await("mobile_sync_completed");
            });
            String conditions = STEADY_RATE + " per second" + environment.suffix();
            add(
                    Operation.FIRST_BYTE_TO_201,
                    conditions,
                    LatencyStats.of(List.copyOf(until201), untilNotified.elapsed(), List.of()));
            add(Operation.FIRST_BYTE_TO_BROWSER, conditions, untilNotified);
            browsers.forEach(StompTestClient::abort);
        }
    }

    @Test
    @Order(3)
    void measuresEnteringStep() {
        for (BenchmarkEnvironment environment : environments) {
            LatencyStats stats = enter(environment, "B" + ++plans, waits);
            add(Operation.ENTER, BROWSER_WORKERS + " at once" + environment.suffix(), stats);
        }
    }

    /** Connects and subscribes all browsers; then each enters the step, which is timed. */
    private static LatencyStats enter(BenchmarkEnvironment environment, String plan, int count) {
        Map<Integer, StompTestClient> browsers = new ConcurrentHashMap<>();
        LoadDriver.repeat(
                BROWSER_WORKERS,
                count,
                number -> browsers.put(number, environment.connectBrowser(examinee(plan, number))));
        LatencyStats stats = LoadDriver.repeat(BROWSER_WORKERS, count, number -> {
            ExamineeKey examinee = examinee(plan, number);
            StompTestClient browser = browsers.get(number);
            assertThat(browser).isNotNull();
            browser.send("/app/plans/" + plan + "/examinees/" + examinee.examineeId() + "/mobile-sync/wait", "");
            browser.await("mobile_sync_waiting");
        });
        browsers.values().forEach(StompTestClient::abort);
        return stats;
    }

    /** Adds a row; fails if an operation failed. */
    private void add(Operation operation, String conditions, LatencyStats stats) {
        report.add(stats.row(operation, conditions));
        assertThat(stats.failures()).as(operation.label()).isEmpty();
        assertThat(stats.nanos()).as(operation.label()).isNotEmpty();
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
