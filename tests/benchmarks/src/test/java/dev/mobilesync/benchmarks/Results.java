package dev.mobilesync.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Everything that was measured in one run, with what it was measured on. */
final class Results {

    private static final Path FILE = Path.of("target", "benchmarks", "report.md");

    private final PrintStream out = System.out;
    private final List<String> rows = new ArrayList<>();
    private final List<String> remarks = new ArrayList<>();

    /** Adds a row, and fails where something went wrong. */
    void add(String what, LatencyStats timing) {
        rows.add("| " + what + " | " + timing.cells() + " |");
        out.println(rows.get(rows.size() - 1));
        assertThat(timing.failures()).as(what).isEmpty();
        assertThat(timing.all()).as(what).isNotEmpty();
    }

    /** Something that is no duration. */
    void say(String format, Object... arguments) {
        String remark = String.format(Locale.ROOT, format, arguments);
        remarks.add("- " + remark);
        out.println(remark);
    }

    /** Prints all of it, and keeps it in {@code target/benchmarks/report.md}. */
    void finish(String broker) throws IOException {
        String report = """
                %s; %s, %d processors; %s; Java %s; RabbitMQ %s; `mvn verify -pl tests/benchmarks -am -Pbenchmarks`

                | what | times | a second | 50 %% within ms | 99 %% | all |
                |---|---|---|---|---|---|
                %s

                %s
                """.formatted(
                        Instant.now().truncatedTo(ChronoUnit.SECONDS),
                        processor(),
                        Runtime.getRuntime().availableProcessors(),
                        System.getProperty("os.name"),
                        Runtime.version().feature(),
                        broker,
                        String.join("\n", rows),
                        String.join("\n", remarks));
        out.println(report);
        Files.createDirectories(FILE.toAbsolutePath().getParent());
        Files.writeString(FILE, report);
    }

    private static String processor() throws IOException {
        Path file = Path.of("/proc/cpuinfo");
        return !Files.isReadable(file)
                ? System.getProperty("os.arch")
                : Files.readAllLines(file).stream()
                        .filter(line -> line.startsWith("model name"))
                        .map(line -> line.substring(line.indexOf(':') + 1).strip())
                        .findFirst()
                        .orElse(System.getProperty("os.arch"));
    }
}
