package dev.mobilesync.benchmarks;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.benchmarks.report.BenchmarkReport;
import dev.mobilesync.benchmarks.report.Implementation;
import dev.mobilesync.benchmarks.report.Row;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.testsupport.Exclusive;
import dev.mobilesync.testsupport.NeedsRealServers;
import io.minio.MinioClient;
import io.minio.PutObjectArgs;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Uploads per second with 1 to 256 phones at once, beside the SDK's {@code putObject} with as many threads on the same store, in
 * turns. Phones, services and servers share the processors. A phone that receives 429 sends its picture again.
 *
 * <p>{@code -Dbenchmarks.seconds} sets the length of a turn, {@code -Dbenchmarks.warm-up} the uploads before. {@code
 * -Dbenchmarks.store=gateway} uses the Ceph gateway, {@code -Dbenchmarks.java-options} sets options of web-server's JVM.
 */
@Exclusive
@NeedsRealServers
class UploadRateBenchmarkIT {

    private static final Map<Integer, Row> RATES = new TreeMap<>(
            Map.of(1, Row.UPLOADS_1_RATE, 8, Row.UPLOADS_8_RATE, 64, Row.UPLOADS_64_RATE, 256, Row.UPLOADS_256_RATE));
    private static final int PHONES_OF_CPU_ROWS = 64;
    private static final int WARM_UP_WITH_PICTURES = 2_000;
    private static final double MICROS_PER_MILLI = 1_000;

    private final UploadPhones phones = new UploadPhones();
    private final Duration time = Duration.ofSeconds(BenchmarkSize.of("seconds", 8, 1));
    private final int turns = BenchmarkSize.of("turns", 3, 1);
    private final int warmUp = BenchmarkSize.of("warm-up", 40_000, 100);
    private final AtomicInteger examinees = new AtomicInteger();
    private final BenchmarkReport report = UploadServices.report(UploadRateBenchmarkIT.class);

    @Test
    void measuresUploadsPerSecond(@TempDir Path directory) throws Exception {
        try (UploadServices services = new UploadServices(directory)) {
            int port = services.start("web-server", "web-server/target/web-server-exec.jar");
            MinioClient sdk = UploadPhones.sdk(services.properties());
            String bucket = requireNonNull(services.properties().get("mobile-sync.store.bucket"));
            Map<Implementation, LoadDriver.Task> tasks = Map.of(
                    Implementation.JAVA, number -> put(sdk, bucket, number),
                    Implementation.MOBILE_SYNC, number -> upload(port, number));
            // Small pictures, because compiling a service's code takes as many uploads, whatever their size.
            LoadDriver.repeat(32, warmUp, number -> {
                ExamineeKey examinee = nextExaminee();
                phones.uploadSmall(port, examinee, UploadPhones.token(examinee));
            });
            tasks.values().forEach(task -> LoadDriver.repeat(32, WARM_UP_WITH_PICTURES, task));
            for (int turn = 0; turn < turns; turn++) {
                RATES.forEach((atOnce, row) ->
                        tasks.forEach((implementation, task) -> measure(implementation, atOnce, row, task)));
            }
            report.write(
                    "%s, pictures of 100 KB, %,d small pictures to warm up, %d turns of %d s"
                            .formatted(services.store(), warmUp, turns, time.toSeconds()),
                    services.properties());
        }
    }

    private void measure(Implementation implementation, int atOnce, Row row, LoadDriver.Task task) {
        Map<String, Double> before = ProcessCpu.read();
        LatencyStats stats = LoadDriver.during(atOnce, time, task);
        assertThat(stats.failures()).isEmpty();
        report.add(row, implementation, stats.perSecond());
        if (atOnce == PHONES_OF_CPU_ROWS) {
            Map<String, Double> cpu =
                    ProcessCpu.perOperation(before, stats.nanos().size());
            System.out.println("CPU in ms: " + cpu);
            report.add(Row.UPLOAD_STORE_CPU, implementation, cpu.getOrDefault("store", 0.0) * MICROS_PER_MILLI);
            if (implementation == Implementation.MOBILE_SYNC) {
                report.add(Row.UPLOAD_CPU, implementation, cpu.getOrDefault("web-server", 0.0) * MICROS_PER_MILLI);
            }
        }
    }

    private void upload(int port, int number) throws Exception {
        ExamineeKey examinee = nextExaminee();
        phones.uploadUntilStored(port, examinee, UploadPhones.token(examinee), number);
    }

    private ExamineeKey nextExaminee() {
        int number = examinees.getAndIncrement();
        return new ExamineeKey("U" + number % 100, "U%08d".formatted(number));
    }

    private void put(MinioClient sdk, String bucket, int number) throws Exception {
        byte[] picture = phones.picture(number);
        sdk.putObject(PutObjectArgs.builder()
                .bucket(bucket)
                .object("sdk-" + examinees.getAndIncrement() + "/sync_cap.jpg")
                .data(picture, picture.length)
                .contentType("image/jpeg")
                .build());
    }
}
