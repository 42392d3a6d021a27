package dev.mobilesync.benchmarks;

import static dev.mobilesync.testsupport.TestTokens.examinee;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.StompTopics;
import dev.mobilesync.testsupport.Exclusive;
import dev.mobilesync.testsupport.NeedsRealServers;
import dev.mobilesync.testsupport.StompTestClient;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The time from the last byte of an upload to the examinee's frame at a steady rate, beside the same hops by bare client libraries
 * ({@link BareCapture}), in turns. {@code -Dbenchmarks.rates=20,50} sets the uploads per second, {@code -Dbenchmarks.seconds} the
 * length of a turn.
 */
@Exclusive
@NeedsRealServers
@Tag("slow")
class CaptureToFrameIT {

    private static final int WARM_UP_RATE = 60;

    private final UploadPhones phones = new UploadPhones();
    private final int seconds = Integer.getInteger("benchmarks.seconds", 12);
    private final int turns = Integer.getInteger("benchmarks.turns", 2);
    private final Map<String, Queue<Long>> nanos = new LinkedHashMap<>();
    private int webServer;
    private int socketServer;
    private int plans;

    @Test
    void measuresLastByteToFrame(@TempDir Path directory) throws Exception {
        try (UploadServices services = new UploadServices(directory)) {
            webServer = services.start(
                    "web-server", System.getProperty("benchmarks.jar", "web-server/target/web-server-exec.jar"));
            services.start("state-manager", "state-manager/target/state-manager-exec.jar");
            socketServer = services.start("socket-server", "socket-server/target/socket-server-exec.jar");
            try (BareCapture bare = new BareCapture(services.properties())) {
                int warmUp = WARM_UP_RATE * Integer.getInteger("benchmarks.warm-up", 15);
                bare(bare, WARM_UP_RATE, warmUp);
                mobileSync(WARM_UP_RATE, warmUp);
                for (String rate :
                        System.getProperty("benchmarks.rates", "20,50").split(",")) {
                    nanos.clear();
                    for (int turn = 0; turn < turns; turn++) {
                        bare(bare, Integer.parseInt(rate), Integer.parseInt(rate) * seconds);
                        mobileSync(Integer.parseInt(rate), Integer.parseInt(rate) * seconds);
                    }
                    nanos.forEach((name, each) -> print(name + "; " + rate + " per second", List.copyOf(each)));
                }
            }
        }
    }

    private void bare(BareCapture bare, int rate, int count) {
        int first = 1_000_000 * ++plans;
        LoadDriver.atRate(rate, count, number -> {
            BareCapture.Hops hops = bare.send(first + number, phones.picture(number));
            add("bare: PUT", hops.stored() - hops.start());
            add("bare: PUT and confirm", hops.confirmed() - hops.start());
            add("bare: PUT to frame", hops.frame() - hops.start());
        });
    }

    private void mobileSync(int rate, int count) {
        String plan = "F" + ++plans;
        Map<Integer, StompTestClient> browsers = new ConcurrentHashMap<>();
        Map<Integer, String> tokens = new ConcurrentHashMap<>();
        LoadDriver.repeat(16, count, number -> {
            ExamineeKey examinee = key(plan, number);
            tokens.put(number, UploadPhones.token(examinee));
            StompTestClient browser = StompTestClient.connect(
                    URI.create("ws://127.0.0.1:" + socketServer + "/ws"), examinee(plan, examinee.examineeId()));
            browser.subscribe(StompTopics.examinee(examinee));
            browsers.put(number, browser);
        });
        LatencyStats stats = LoadDriver.atRate(rate, count, number -> {
            long sent = phones.upload(webServer, key(plan, number), String.valueOf(tokens.get(number)), number);
            long answered = System.nanoTime();
            StompTestClient browser = browsers.get(number);
            if (browser == null) {
                throw new IllegalStateException("no browser");
            }
            browser.await("mobile_sync_completed");
            add("mobile-sync: last byte to 201", answered - sent);
            add("mobile-sync: last byte to frame", System.nanoTime() - sent);
        });
        browsers.values().forEach(StompTestClient::abort);
        if (!stats.failures().isEmpty()) {
            System.out.println(
                    stats.failures().size() + " failures: " + stats.failures().get(0));
        }
    }

    private synchronized void add(String name, long elapsed) {
        nanos.computeIfAbsent(name, key -> new ConcurrentLinkedQueue<>()).add(elapsed);
    }

    private static void print(String name, List<Long> unsorted) {
        List<Long> sorted = new ArrayList<>(unsorted);
        sorted.sort(null);
        System.out.printf(
                Locale.ROOT,
                "| %s | %,d | p50 %.1f | p99 %.1f | max %.1f |%n",
                name,
                sorted.size(),
                sorted.get(sorted.size() / 2) / 1e6,
                sorted.get((int) (sorted.size() * 0.99)) / 1e6,
                sorted.get(sorted.size() - 1) / 1e6);
    }

    private static ExamineeKey key(String plan, int number) {
        return new ExamineeKey(plan, "%s-%06d".formatted(plan, number));
    }
}
