package dev.mobilesync.web.capture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.testsupport.ApiClient;
import dev.mobilesync.testsupport.Exclusive;
import dev.mobilesync.testsupport.Jpegs;
import dev.mobilesync.testsupport.MultipartBody;
import dev.mobilesync.testsupport.TestTokens;
import dev.mobilesync.web.WebServerFixture;
import io.micrometer.core.instrument.MeterRegistry;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Two thousand phones upload at 20 kB/s to one instance, each with one attempt, while others upload fast. Phones,
 * service and servers share this machine.
 */
@Exclusive
@Tag("slow")
class SlowPhonesIT {

    private static final Logger log = LoggerFactory.getLogger(SlowPhonesIT.class);

    private static final int PHONES = 2_000;
    private static final int BYTES_PER_SECOND = 20_000;
    private static final int PICTURE_BYTES = 1_500_000;
    /** Shorter than one upload, so all uploads are in flight at its end. Then 31 end per second. */
    private static final Duration START = Duration.ofSeconds(65);

    private static final Duration BETWEEN_FAST_UPLOADS = Duration.ofMillis(300);
    private static final long SPOOL_MEMORY = 64 * 1024 * 1024;
    /** Of a connection with a body in flight, beside the body's data; docs/configuration.md states it. */
    private static final long MEMORY_PER_BODY = 128 * 1024;

    private final WebServerFixture server =
            WebServerFixture.shared(Map.of("mobile-sync.limits.anonymous-requests-per-address", "0"));

    @Test
    void slowPhonesSucceedOnFirstAttempt() throws InterruptedException {
        // Bytes after the end of a JPEG add transfer time, but no time to check it.
        byte[] picture = Arrays.copyOf(Jpegs.picture(1), PICTURE_BYTES);
        byte[] body = MultipartBody.upload("M001", picture);
        List<byte[]> heads = new ArrayList<>();
        for (int i = 0; i < PHONES; i++) {
            heads.add(head(new ExamineeKey("P001", "SLOWPHONE" + i), body.length));
        }
        for (int i = 0; i < 50; i++) {
            upload("WARM" + i, picture);
        }
        long before = memoryInUse();
        long peak = 0;
        double mostBodies = 0;
        double mostInMemory = 0;
        double mostOnDisk = 0;
        List<Long> fast = new ArrayList<>();
        Map<Integer, Integer> fastStatuses = new TreeMap<>();
        Map<Integer, Integer> statuses;
        try (SlowPhones phones = new SlowPhones(server.port(), heads, body, BYTES_PER_SECOND, START)) {
            while (!phones.awaitDone(BETWEEN_FAST_UPLOADS)) {
                long start = System.nanoTime();
                HttpResponse<String> answer = upload("FAST" + fast.size(), picture);
                fast.add(Duration.ofNanos(System.nanoTime() - start).toMillis());
                fastStatuses.merge(answer.statusCode(), 1, Integer::sum);
                mostBodies = Math.max(mostBodies, gauge("mobile.sync.bodies"));
                mostInMemory = Math.max(mostInMemory, bytes("memory"));
                mostOnDisk = Math.max(mostOnDisk, bytes("disk"));
                if (peak == 0 && mostBodies > PHONES * 0.9) {
                    peak = memoryInUse();
                }
            }
            statuses = new TreeMap<>(phones.statuses());
        }
        Collections.sort(fast);
        long p99 = fast.get((int) Math.ceil(fast.size() * 0.99) - 1);
        log.info(
                "{} slow phones: {}; at most {} bodies at once, {} MiB in memory, {} MiB on disk;"
                        + " fast uploads: {}, p50 {} ms, p99 {} ms; in use {} MiB before, {} MiB with all",
                PHONES,
                statuses,
                (int) mostBodies,
                (long) mostInMemory >> 20,
                (long) mostOnDisk >> 20,
                fastStatuses,
                fast.get(fast.size() / 2),
                p99,
                before >> 20,
                peak >> 20);
        assertThat(statuses).isEqualTo(Map.of(201, PHONES));
        assertThat(fastStatuses).containsOnlyKeys(201);
        assertThat(mostBodies).as("all are on their way").isGreaterThan(PHONES * 0.9);
        assertThat(mostInMemory).isLessThanOrEqualTo(SPOOL_MEMORY);
        assertThat(peak - before).isLessThan(SPOOL_MEMORY + PHONES * MEMORY_PER_BODY);
        assertThat(p99).isLessThan(1_000);
    }

    private HttpResponse<String> upload(String examinee, byte[] picture) {
        return server.api().upload(new ExamineeKey("P001", examinee), "M001", picture);
    }

    private double gauge(String name) {
        return server.bean(MeterRegistry.class).get(name).gauge().value();
    }

    private double bytes(String where) {
        return server.bean(MeterRegistry.class)
                .get("mobile.sync.bodies.bytes")
                .tag("where", where)
                .gauge()
                .value();
    }

    /** Heap without garbage, and direct memory. */
    private static long memoryInUse() {
        System.gc();
        long direct = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .filter(bytes -> bytes > 0)
                .sum();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() + direct;
    }

    private static byte[] head(ExamineeKey examinee, int length) {
        return ("POST " + ApiClient.capturesPath(examinee.planId(), examinee.examineeId())
                        + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer "
                        + TestTokens.device(examinee.planId(), examinee.examineeId(), "M001") + "\r\nContent-Type: "
                        + MultipartBody.CONTENT_TYPE + "\r\nContent-Length: " + length + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }
}
