package dev.mobilesync.benchmarks.report;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Collects the figures of one benchmark. Writes them to a directory: a JSON file, its charts, and {@code report.md} with the tables
 * of all benchmarks that have written there since the last {@code mvn clean}.
 */
public final class BenchmarkReport {

    /** Where results are written. */
    public static final Path DIRECTORY = Path.of("target", "benchmarks");

    private static final String COMMAND = "mvn verify -pl tests/benchmarks -am -Pbenchmarks -Dit.test=";

    private final PrintStream out = System.out;
    private final Class<?> benchmark;
    private final Path directory;
    private final String options;
    private final List<Figure> figures = new ArrayList<>();
    private final List<LatencyRow> latencies = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private List<Double> curve = List.of();

    /** Writes to {@link #DIRECTORY}. */
    public BenchmarkReport(Class<?> benchmark) {
        this(benchmark, DIRECTORY, "");
    }

    /** @param options of the command, each after a space */
    public BenchmarkReport(Class<?> benchmark, Path directory, String options) {
        this.benchmark = benchmark;
        this.directory = directory;
        this.options = options;
    }

    /** Adds the value of one round to a cell, and prints it. */
    public void add(Row row, Implementation implementation, double value) {
        Figure figure = figures.stream()
                .filter(existing -> existing.row() == row && existing.implementation() == implementation)
                .findFirst()
                .orElseGet(() -> {
                    Figure created = new Figure(row, implementation, new ArrayList<>());
                    figures.add(created);
                    return created;
                });
        figure.samples().add(round(value));
        out.printf(Locale.ROOT, "%s: %s: %s %s%n", implementation.label(), row.label(), row.format(value), row.unit());
    }

    /** Adds and prints a row of the table of latencies. */
    public void add(LatencyRow row) {
        latencies.add(row);
        out.println(row);
    }

    /** Adds and prints an observation. */
    public void note(String format, Object... arguments) {
        notes.add(String.format(Locale.ROOT, format, arguments));
        out.println(notes.get(notes.size() - 1));
    }

    /** The median of a cell. */
    public double median(Row row, Implementation implementation) {
        return figures.stream()
                .filter(figure -> figure.row() == row && figure.implementation() == implementation)
                .mapToDouble(Figure::median)
                .findFirst()
                .orElseThrow();
    }

    /** Sets the seconds until 1 %, 2 %, … 100 % were reached. */
    public void curve(List<Double> seconds) {
        curve = seconds.stream().map(BenchmarkReport::round).toList();
    }

    /**
     * Writes the files.
     *
     * @param conditions the load, such as {@code 2,000 sockets}
     * @param properties of the backing servers
     */
    public void write(String conditions, Map<String, String> properties) {
        String name = benchmark.getSimpleName();
        BenchmarkResult result = new BenchmarkResult(
                name.replaceAll("BenchmarkIT$", "")
                        .replaceAll("(?<=.)([A-Z])", "-$1")
                        .toLowerCase(Locale.ROOT),
                COMMAND + name + options,
                Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
                Machine.of(properties),
                conditions,
                figures,
                latencies,
                notes,
                curve);
        try {
            Files.createDirectories(directory);
            result.write(directory);
            for (Map.Entry<String, String> chart : Charts.of(result).entrySet()) {
                Files.writeString(directory.resolve(chart.getKey()), chart.getValue());
            }
            String tables = ResultTable.of(BenchmarkResult.readAll(directory));
            Files.writeString(directory.resolve("report.md"), tables);
            out.println(tables);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static double round(double value) {
        return Math.round(value * 100) / 100.0;
    }
}
