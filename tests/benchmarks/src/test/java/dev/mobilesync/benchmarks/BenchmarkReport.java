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

/** The table of one run: the measurements and the machine. */
final class BenchmarkReport {

    /** The header of the table. */
    static final String COLUMNS = "| operation | count | per second | p50 (ms) | p99 (ms) | max (ms) |";

    private static final Path FILE = Path.of("target", "benchmarks", "report.md");

    private final PrintStream out = System.out;
    private final List<String> rows = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    /**
     * Adds and prints a row; fails if an operation failed.
     *
     * @param conditions the load, such as {@code 8 at once}
     */
    void add(Operation operation, String conditions, LatencyStats stats) {
        String what = operation.label() + "; " + conditions;
        rows.add("| " + what + " | " + stats.cells() + " |");
        out.println(rows.get(rows.size() - 1));
        assertThat(stats.failures()).as(what).isEmpty();
        assertThat(stats.nanos()).as(what).isNotEmpty();
    }

    /** Adds and prints an observation below the table. */
    void note(String format, Object... arguments) {
        String note = String.format(Locale.ROOT, format, arguments);
        notes.add("- " + note);
        out.println(note);
    }

    /** Prints the report and writes it to {@code target/benchmarks/report.md}. */
    void finish(String brokerVersion) throws IOException {
        String report = """
                %s; %s, %d processors; %s; Java %s; RabbitMQ %s; `mvn verify -pl tests/benchmarks -am -Pbenchmarks`

                %s
                |---|---|---|---|---|---|
                %s

                %s
                """.formatted(
                        Instant.now().truncatedTo(ChronoUnit.SECONDS),
                        processor(),
                        Runtime.getRuntime().availableProcessors(),
                        System.getProperty("os.name"),
                        Runtime.version().feature(),
                        brokerVersion,
                        COLUMNS,
                        String.join("\n", rows),
                        String.join("\n", notes));
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
