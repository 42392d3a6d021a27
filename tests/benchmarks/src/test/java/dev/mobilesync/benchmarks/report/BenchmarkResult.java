package dev.mobilesync.benchmarks.report;

import dev.mobilesync.messages.MessageCodec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;

/**
 * The JSON file of one benchmark.
 *
 * @param benchmark the name of the file without its suffix
 * @param command the command that repeats it
 * @param date ISO-8601, UTC
 * @param conditions the load, such as {@code 2,000 sockets}
 * @param latencies the rows of the table of latencies
 * @param notes observations in plain text
 * @param curve a distribution over time, or empty: the value at 1 %, 2 %, … 100 %
 */
public record BenchmarkResult(
        String benchmark,
        String command,
        String date,
        Machine machine,
        String conditions,
        List<Figure> figures,
        List<LatencyRow> latencies,
        List<String> notes,
        List<Double> curve) {

    private static final String SUFFIX = ".json";

    /** Reads all results of a directory. */
    public static List<BenchmarkResult> readAll(Path directory) {
        try (var files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(SUFFIX))
                    .sorted(Comparator.comparing(Path::toString))
                    .map(BenchmarkResult::read)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static BenchmarkResult read(Path file) {
        return MessageCodec.mapper().readValue(file.toFile(), BenchmarkResult.class);
    }

    void write(Path directory) throws IOException {
        Files.writeString(
                directory.resolve(benchmark + SUFFIX),
                MessageCodec.mapper().writerWithDefaultPrettyPrinter().writeValueAsString(this) + "\n");
    }
}
