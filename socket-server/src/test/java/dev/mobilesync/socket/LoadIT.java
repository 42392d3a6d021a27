package dev.mobilesync.socket;

import static dev.mobilesync.socket.SocketServerFixture.completed;
import static dev.mobilesync.socket.SocketServerFixture.waiting;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.MessageCodec;
import dev.mobilesync.testsupport.Exclusive;
import dev.mobilesync.testsupport.NeedsRealServers;
import dev.mobilesync.testsupport.StompTestClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Measures delivery to many examinees, each on a separate topic, and to one proctor. */
@Exclusive
@Tag("slow")
@NeedsRealServers
class LoadIT {

    private static final int BROWSERS = 2_000;
    private static final Duration LIMIT = Duration.ofSeconds(2);

    @Test
    void deliversToAllBrowsersInTime() {
        SocketServerFixture server = SharedSocketServers.withDefaults();
        List<StompTestClient> browsers = new ArrayList<>();
        ExecutorService arrivals = Executors.newFixedThreadPool(32);
        try (StompTestClient proctor = server.subscribedProctor("P001")) {
            long start = System.nanoTime();
            List<CompletableFuture<StompTestClient>> arriving = new ArrayList<>();
            for (int i = 0; i < BROWSERS; i++) {
                int number = i;
                arriving.add(
                        CompletableFuture.supplyAsync(() -> server.subscribedExaminee(examinee(number)), arrivals));
            }
            arriving.forEach(browser -> browsers.add(browser.join()));
            System.out.printf("%d browsers connected and subscribed in %d ms%n", BROWSERS, millisSince(start));

            long[] alone = new long[200];
            for (int i = 0; i < alone.length; i++) {
                long sent = System.nanoTime();
                server.broadcast(MessageCodec.encode(waiting(examinee(i), 1).broadcast()), 1L);
                browsers.get(i).await();
                alone[i] = System.nanoTime() - sent;
            }
            print("one at a time", alone);

            long[] sent = new long[BROWSERS];
            long[] together = new long[BROWSERS];
            Thread reader = new Thread(() -> {
                for (int i = 0; i < BROWSERS; i++) {
                    browsers.get(i).await("mobile_sync_completed");
                    together[i] = System.nanoTime();
                }
            });
            reader.start();
            for (int i = 0; i < BROWSERS; i++) {
                sent[i] = System.nanoTime();
                server.broadcast(MessageCodec.encode(completed(examinee(i), 2).broadcast()), 2L);
            }
            reader.join(Duration.ofSeconds(30).toMillis());
            for (int i = 0; i < BROWSERS; i++) {
                together[i] -= sent[i];
            }
            print("at full rate", together);
            for (int i = 0; i < BROWSERS; i++) {
                proctor.await("mobile_sync_completed");
            }
            assertThat(Duration.ofNanos(together[BROWSERS * 99 / 100])).isLessThan(LIMIT);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        } finally {
            arrivals.shutdownNow();
            browsers.forEach(StompTestClient::abort);
        }
    }

    private static ExamineeKey examinee(int number) {
        return new ExamineeKey("P001", "load-" + number);
    }

    private static long millisSince(long start) {
        return Duration.ofNanos(System.nanoTime() - start).toMillis();
    }

    private static void print(String what, long[] nanos) {
        Arrays.sort(nanos);
        System.out.printf(
                "broadcast → browser, %s: p50 %.1f ms, p99 %.1f ms, max %.1f ms (%d)%n",
                what,
                nanos[nanos.length / 2] / 1e6,
                nanos[nanos.length * 99 / 100] / 1e6,
                nanos[nanos.length - 1] / 1e6,
                nanos.length);
    }
}
