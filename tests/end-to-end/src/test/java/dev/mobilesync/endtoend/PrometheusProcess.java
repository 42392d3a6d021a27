package dev.mobilesync.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mobilesync.testsupport.ApiClient;
import dev.mobilesync.testsupport.ChildProcess;
import dev.mobilesync.testsupport.Repository;
import dev.mobilesync.testsupport.TestPorts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * A real Prometheus with the shipped files of {@code deploy/prometheus}. The test replaces only the targets and the intervals.
 */
final class PrometheusProcess implements AutoCloseable {

    static final String SKIP_REASON = "prometheus is not installed here";

    private static final Path PROGRAM = Path.of("/usr/bin/prometheus");
    private static final Duration TIMEOUT = Duration.ofSeconds(90);

    private final ChildProcess process;
    private final ApiClient api;

    /** Without Prometheus its tests are skipped; in CI they fail. */
    static boolean isAvailable() {
        return Files.isExecutable(PROGRAM) || "true".equals(System.getenv("CI"));
    }

    /**
     * Starts Prometheus and waits until it has scraped all services.
     *
     * @param directory an empty directory for its files
     * @param targets the management addresses by job
     */
    static PrometheusProcess start(Path directory, Map<String, URI> targets) throws IOException {
        String configuration = Files.readString(Repository.file("deploy/prometheus/prometheus.yml"))
                .replaceAll("_interval: \\w+", "_interval: 1s");
        for (Map.Entry<String, URI> target : targets.entrySet()) {
            Matcher job = Pattern.compile("(job_name: " + target.getKey() + "\\n(?: .*\\n)*? *- targets: )\\[.*]")
                    .matcher(configuration);
            if (!job.find()) {
                throw new AssertionError("prometheus.yml has no job " + target.getKey());
            }
            configuration = job.replaceFirst("$1[\"" + target.getValue().getAuthority() + "\"]");
        }
        Files.copy(Repository.file("deploy/prometheus/alerts.yml"), directory.resolve("alerts.yml"));
        Path file = Files.writeString(directory.resolve("prometheus.yml"), configuration);
        int port = TestPorts.freePort();
        PrometheusProcess started = new PrometheusProcess(directory, file, port);
        await().atMost(TIMEOUT)
                .failFast(() -> !started.process.isAlive())
                .ignoreExceptionsInstanceOf(UncheckedIOException.class)
                .untilAsserted(() -> assertThat(started.query("sum(up)"))
                        .as(() -> started.api.get("/api/v1/targets", "").body())
                        .hasValue(targets.size()));
        return started;
    }

    private PrometheusProcess(Path directory, Path configuration, int port) {
        api = ApiClient.ofOther(URI.create("http://127.0.0.1:" + port));
        process = ChildProcess.start(
                directory,
                directory.resolve("prometheus.out"),
                Map.of(),
                List.of(
                        PROGRAM.toString(),
                        "--config.file=" + configuration,
                        "--storage.tsdb.path=" + directory.resolve("data"),
                        "--web.listen-address=127.0.0.1:" + port,
                        "--log.level=warn"));
    }

    /** The first result of a query; empty if there is none. */
    OptionalDouble query(String expression) {
        JsonNode results = ApiClient.json(
                        api.get("/api/v1/query?query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8), ""),
                        200)
                .at("/data/result");
        return results.isEmpty()
                ? OptionalDouble.empty()
                : OptionalDouble.of(Double.parseDouble(results.at("/0/value/1").asString()));
    }

    /** The alert rules, with their state. */
    List<JsonNode> alertRules() {
        return ApiClient.json(api.get("/api/v1/rules?type=alert", ""), 200)
                .at("/data/groups")
                .valueStream()
                .flatMap(group -> group.path("rules").valueStream())
                .toList();
    }

    String output() {
        return process.output();
    }

    @Override
    public void close() {
        process.stop();
    }
}
