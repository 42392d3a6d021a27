package dev.mobilesync.benchmarks;

import static java.util.Objects.requireNonNull;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.testsupport.Exclusive;
import dev.mobilesync.testsupport.NeedsRealServers;
import io.minio.MinioClient;
import io.minio.PutObjectArgs;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Uploads per second with many phones at once, beside the SDK's {@code putObject} with as many threads on the same store, in
 * turns. Prints a row per turn, with the CPU time per upload of each process.
 *
 * <p>{@code -Dbenchmarks.phones=1,8,…} sets the numbers of phones, {@code -Dbenchmarks.seconds} the length of a turn, {@code
 * -Dbenchmarks.warm-up} the uploads before (the JVM compiles for thousands of them), {@code -Dbenchmarks.jars=NAME=PATH,…}
 * compares builds of web-server, {@code -Dbenchmarks.java-options} sets options of the services' JVMs.
 */
@Exclusive
@NeedsRealServers
@Tag("slow")
class UploadRateIT {

    private static final String JAR = "web-server/target/web-server-exec.jar";

    private final UploadPhones phones = new UploadPhones();
    private final Duration time = Duration.ofSeconds(Integer.getInteger("benchmarks.seconds", 8));
    private final int turns = Integer.getInteger("benchmarks.turns", 2);
    private int examinees;

    @Test
    void measuresUploadsPerSecond(@TempDir Path directory) throws Exception {
        try (UploadServices services = new UploadServices(directory)) {
            Map<String, Integer> ports = new LinkedHashMap<>();
            jars().forEach((name, jar) -> ports.put(name, services.start(name, jar)));
            MinioClient sdk = sdk(services.properties());
            String bucket = requireNonNull(services.properties().get("mobile-sync.store.bucket"));
            Map<String, LoadDriver.Task> tasks = new LinkedHashMap<>();
            tasks.put("SDK", number -> put(sdk, bucket, number));
            ports.forEach((name, port) -> tasks.put(name, uploads(port)));
            for (LoadDriver.Task task : tasks.values()) {
                LoadDriver.repeat(32, Integer.getInteger("benchmarks.warm-up", 6_000), task);
            }
            for (String number :
                    System.getProperty("benchmarks.phones", "1,8,64,256").split(",")) {
                measure(Integer.parseInt(number), tasks);
            }
        }
    }

    private void measure(int workers, Map<String, LoadDriver.Task> tasks) {
        Map<String, List<Double>> rates = new LinkedHashMap<>();
        for (int turn = 0; turn < turns; turn++) {
            tasks.forEach((name, task) -> {
                Map<String, Double> before = ProcessCpu.read();
                LatencyStats stats = LoadDriver.during(workers, time, task);
                String cpu = ProcessCpu.perOperation(
                        before, Math.max(1, stats.nanos().size()));
                rates.computeIfAbsent(name, key -> new ArrayList<>())
                        .add(stats.nanos().size() * 1e9 / stats.elapsed().toNanos());
                System.out.printf(
                        Locale.ROOT,
                        "| %s; %d at once | %s | CPU ms: %s | %s |%n",
                        name,
                        workers,
                        stats.summary(),
                        cpu,
                        counts(stats));
            });
        }
        double sdk = mean(requireNonNull(rates.get("SDK")));
        rates.forEach((name, each) -> System.out.printf(
                Locale.ROOT,
                "= %d at once: %s %.0f per second, %.0f %% of the SDK%n",
                workers,
                name,
                mean(each),
                100 * mean(each) / sdk));
    }

    private static double mean(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).average().orElse(0);
    }

    private static Map<String, Integer> counts(LatencyStats stats) {
        Map<String, Integer> counts = new TreeMap<>();
        stats.failures()
                .forEach(failure ->
                        counts.merge(failure.substring(0, Math.min(140, failure.length())), 1, Integer::sum));
        return counts;
    }

    private static Map<String, String> jars() {
        Map<String, String> jars = new LinkedHashMap<>();
        Arrays.stream(System.getProperty("benchmarks.jars", "web-server=" + JAR).split(","))
                .map(jar -> jar.split("=", 2))
                .forEach(jar -> jars.put(jar[0], jar[1]));
        return jars;
    }

    private LoadDriver.Task uploads(int port) {
        return number -> {
            String plan = "U" + number % 100;
            ExamineeKey examinee = new ExamineeKey(plan, "%s-%d-%08d".formatted(plan, port, nextExaminee()));
            phones.upload(port, examinee, UploadPhones.token(examinee), number);
        };
    }

    private synchronized int nextExaminee() {
        return examinees++;
    }

    static MinioClient sdk(Map<String, String> properties) {
        return MinioClient.builder()
                .endpoint(requireNonNull(properties.get("mobile-sync.store.endpoint")))
                .region("us-east-1")
                .credentials(
                        properties.get("mobile-sync.store.access-key"), properties.get("mobile-sync.store.secret-key"))
                .httpClient(UploadPhones.client())
                .build();
    }

    private void put(MinioClient sdk, String bucket, int number) throws Exception {
        byte[] picture = phones.picture(number);
        sdk.putObject(PutObjectArgs.builder()
                .bucket(bucket)
                .object("sdk-" + nextExaminee() + "/sync_cap.jpg")
                .data(picture, picture.length)
                .contentType("image/jpeg")
                .build());
    }
}
