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
 * Uploads, the way of one picture, and browsers that wait: what is measured, and beside it what the servers can do alone.
 * {@code -Dbenchmarks.compare=NAME=value,…} measures all of it a second time, in turns, with those environment variables.
 */
@Exclusive
@NeedsRealServers
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class BenchmarkIT {

    private static final int PICTURES = 20;
    private static final int SOCKET_WORKERS = 32;
    private static final Duration DRAINED_WITHIN = Duration.ofMinutes(2);

    private final Size size = Size.wanted();
    private final Results results = new Results();
    private final List<byte[]> pictures =
            IntStream.range(0, PICTURES).mapToObj(Jpegs::picture).toList();
    private final List<BenchmarkEnvironment> environments = new ArrayList<>();
    private BaselineServers baseline;
    private int plans;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        environments.add(new BenchmarkEnvironment("", folder.resolve("as-delivered"), Map.of()));
        baseline = new BaselineServers(environments.get(0));
        Map<String, String> others = compared();
        if (!others.isEmpty()) {
            environments.add(new BenchmarkEnvironment(" with " + others, folder.resolve("compared"), others));
        }
        results.say("a picture has %,d bytes", pictures.get(0).length);
        for (BenchmarkEnvironment environment : environments) {
            LoadDriver.during(8, size.warmUp(), uploads(environment, "W" + ++plans));
            enter(environment, "W" + ++plans, size.sockets() / 10, false);
        }
    }

    private static Map<String, String> compared() {
        return Arrays.stream(System.getProperty("benchmarks.compare", "").split(","))
                .filter(setting -> setting.contains("="))
                .map(setting -> setting.split("=", 2))
                .collect(Collectors.toMap(setting -> setting[0], setting -> setting[1]));
    }

    @AfterAll
    void stop() throws IOException {
        if (baseline != null) {
            results.finish(baseline.brokerVersion());
            baseline.close();
        }
        environments.forEach(BenchmarkEnvironment::close);
    }

    @Test
    @Order(1)
    void uploads() {
        for (int workers : size.workers()) {
            String many = "; " + workers + " at once";
            results.add(
                    "the store alone takes a picture" + many,
                    LoadDriver.during(workers, size.time(), number -> baseline.put(number, picture(number))));
            results.add(
                    "the same without TCP_NODELAY" + many,
                    LoadDriver.during(
                            workers, size.time(), number -> baseline.putWithoutNoDelay(number, picture(number))));
            results.add(
                    "the broker alone confirms a message" + many,
                    LoadDriver.during(workers, size.time(), baseline::publish));
            for (BenchmarkEnvironment environment : environments) {
                String plan = "U" + ++plans;
                LatencyStats timing = LoadDriver.during(workers, size.time(), uploads(environment, plan));
                results.add("upload to 201" + many + environment.name(), timing);
                awaitCompleted(environment, plan, timing.all().size());
            }
        }
    }

    @Test
    @Order(2)
    void theWayOfAPicture() {
        for (BenchmarkEnvironment environment : environments) {
            String plan = "S" + ++plans;
            int count = (int) (size.steadyRate() * size.time().toSeconds());
            List<StompTestClient> browsers = IntStream.range(0, count)
                    .mapToObj(number -> environment.browser(examinee(plan, number)))
                    .toList();
            Queue<Long> until201 = new ConcurrentLinkedQueue<>();
            LatencyStats untilHeard = LoadDriver.atRate(size.steadyRate(), count, number -> {
                long began = System.nanoTime();
                environment.upload(examinee(plan, number), picture(number));
                until201.add(System.nanoTime() - began);
                browsers.get(number).await("mobile_sync_completed");
            });
            String rate = "; " + size.steadyRate() + " a second" + environment.name();
            results.add(
                    "from the phone's first byte to 201" + rate,
                    LatencyStats.of(List.copyOf(until201), untilHeard.span(), List.of()));
            results.add("from the phone's first byte to the examinee's browser" + rate, untilHeard);
            browsers.forEach(StompTestClient::abort);
        }
    }

    @Test
    @Order(3)
    void browsersThatWait() {
        for (BenchmarkEnvironment environment : environments) {
            double before = environment.heapOfSocketServer();
            List<StompTestClient> browsers = enter(environment, "B" + ++plans, size.sockets(), true);
            double each = (environment.heapOfSocketServer() - before) / browsers.size();
            results.say("%,.0f bytes of heap for each of %,d browsers%s", each, browsers.size(), environment.name());
            browsers.forEach(StompTestClient::abort);
        }
    }

    /** They connect and subscribe; then they enter the step. */
    private List<StompTestClient> enter(BenchmarkEnvironment environment, String plan, int count, boolean measured) {
        Map<Integer, StompTestClient> browsers = new ConcurrentHashMap<>();
        LatencyStats connected = LoadDriver.times(
                SOCKET_WORKERS, count, number -> browsers.put(number, environment.browser(examinee(plan, number))));
        LatencyStats entered = LoadDriver.times(SOCKET_WORKERS, count, number -> {
            ExamineeKey examinee = examinee(plan, number);
            StompTestClient browser = browsers.get(number);
            assertThat(browser).isNotNull();
            browser.send("/app/plans/" + plan + "/examinees/" + examinee.examineeId() + "/mobile-sync/wait", "");
            browser.await("mobile_sync_waiting");
        });
        if (measured) {
            String many = "; " + SOCKET_WORKERS + " at once" + environment.name();
            results.add("a browser connects, logs in and subscribes" + many, connected);
            results.add("a browser enters the step and hears that it waits" + many, entered);
        } else {
            browsers.values().forEach(StompTestClient::abort);
        }
        return List.copyOf(browsers.values());
    }

    private LoadDriver.Task uploads(BenchmarkEnvironment environment, String plan) {
        return number -> environment.upload(examinee(plan, number), picture(number));
    }

    /** Whatever was answered 201 is there. */
    private void awaitCompleted(BenchmarkEnvironment environment, String plan, int count) {
        long began = System.nanoTime();
        Awaitility.await()
                .atMost(DRAINED_WITHIN)
                .pollInterval(Duration.ofMillis(100))
                .untilAsserted(() -> assertThat(environment.completed(plan)).isEqualTo(count));
        results.say(
                "all %,d were COMPLETED %,d ms after the last 201%s",
                count, Duration.ofNanos(System.nanoTime() - began).toMillis(), environment.name());
    }

    private static ExamineeKey examinee(String plan, int number) {
        return new ExamineeKey(plan, "%s-%06d".formatted(plan, number));
    }

    private byte[] picture(int number) {
        return pictures.get(number % PICTURES);
    }
}
