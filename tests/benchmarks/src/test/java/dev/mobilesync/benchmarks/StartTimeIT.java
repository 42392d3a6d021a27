package dev.mobilesync.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.testsupport.Exclusive;
import dev.mobilesync.testsupport.NeedsRealServers;
import dev.mobilesync.testsupport.RealServers;
import dev.mobilesync.testsupport.Repository;
import dev.mobilesync.testsupport.StoreProcess;
import dev.mobilesync.testsupport.TestServers;
import dev.mobilesync.testsupport.TestTokens;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Measures each program from the start of its process until it is ready: the time, and the CPU time of the process and its
 * descendants. Each program starts with a cache and without, alternately. {@code -Dbenchmarks.starts=5} sets how often.
 */
@Exclusive
@NeedsRealServers
class StartTimeIT {

    private static final int STARTS = Integer.getInteger("benchmarks.starts", 5);

    @Test
    void measuresStarts(@TempDir Path directory) throws IOException {
        Map<String, List<StartTime>> rows = new LinkedHashMap<>();
        try (RealServers servers = RealServers.open();
                StoreProcess store = StoreProcess.start(directory)) {
            store.awaitUp();
            Map<String, String> environment = TestServers.environment(store.overriding(servers.properties()));
            environment.put("MOBILE_SYNC_JWT_SECRET", TestTokens.SECRET);
            for (String service : List.of("web-server", "state-manager", "socket-server")) {
                measure(rows, StartTarget.service(service, directory.resolve(service), environment));
            }
            measure(rows, StartTarget.standalone(directory.resolve("standalone")));
        }
        String report = report(rows);
        Path file = Repository.file("tests/benchmarks/target/benchmarks/start.md");
        Files.createDirectories(file.getParent());
        Files.writeString(file, report);
        System.out.println(report);
        assertThat(rows.values()).allSatisfy(times -> assertThat(times).hasSize(STARTS));
    }

    private static void measure(Map<String, List<StartTime>> rows, StartTarget target) {
        for (int start = 0; start < STARTS; start++) {
            for (Map.Entry<String, List<String>> variant : target.variants().entrySet()) {
                rows.computeIfAbsent("start of " + target.name() + "; " + variant.getKey(), key -> new ArrayList<>())
                        .add(target.start(variant.getValue()));
            }
        }
    }

    private static String report(Map<String, List<StartTime>> rows) {
        StringBuilder report = new StringBuilder("Java " + Runtime.version() + ", median of " + STARTS + "\n\n"
                + "| operation | to ready (ms) | CPU (ms) |\n|---|---|---|\n");
        rows.forEach((name, times) -> {
            StartTime median = StartTime.median(times);
            report.append(
                    String.format(Locale.ROOT, "| %s | %,d | %,d |%n", name, median.millis(), median.cpuMillis()));
        });
        return report.toString();
    }
}
