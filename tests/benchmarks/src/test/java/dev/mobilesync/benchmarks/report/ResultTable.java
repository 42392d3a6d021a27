package dev.mobilesync.benchmarks.report;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Results as tables in Markdown. */
public final class ResultTable {

    private static final String NO_VALUE = "–";

    private ResultTable() {}

    /** Both tables, with the commands, dates and notes. */
    static String of(List<BenchmarkResult> results) {
        Stream<String> runs = results.stream().map(result -> "- `%s`: %s; %s; %s"
                .formatted(result.command(), result.date(), result.conditions(), result.machine()));
        Stream<String> notes =
                results.stream().flatMap(result -> result.notes().stream()).map(note -> "- " + note);
        return Stream.of(figures(results), latencies(results), runs.toList(), notes.toList())
                .filter(lines -> !lines.isEmpty())
                .map(lines -> String.join("\n", lines))
                .collect(Collectors.joining("\n\n", "", "\n"));
    }

    /** The table of latencies, with its header; empty without rows. */
    public static List<String> latencies(List<BenchmarkResult> results) {
        return table(
                LatencyRow.COLUMNS,
                results.stream().flatMap(result -> result.latencies().stream()).map(LatencyRow::toString));
    }

    /** The table of CPU, memory and time, with its header; empty without figures. */
    public static List<String> figures(List<BenchmarkResult> results) {
        Map<Row, Map<Implementation, Figure>> cells = new EnumMap<>(Row.class);
        results.stream().flatMap(result -> result.figures().stream()).forEach(figure -> cells.computeIfAbsent(
                        figure.row(), key -> new EnumMap<>(Implementation.class))
                .put(figure.implementation(), figure));
        return table(header(), cells.entrySet().stream().map(row -> line(row.getKey(), row.getValue())));
    }

    private static List<String> table(String header, Stream<String> rows) {
        List<String> lines = rows.toList();
        return lines.isEmpty()
                ? lines
                : Stream.concat(Stream.of(header, header.replaceAll("[^|]+", "---")), lines.stream())
                        .toList();
    }

    private static String header() {
        return Arrays.stream(Implementation.values())
                .map(Implementation::label)
                .collect(Collectors.joining(" | ", "| operation | unit | ", " | mobile-sync / bare |"));
    }

    private static String line(Row row, Map<Implementation, Figure> figures) {
        return Arrays.stream(Implementation.values())
                .map(implementation -> {
                    Figure figure = figures.get(implementation);
                    return figure == null ? NO_VALUE : figure.format();
                })
                .collect(Collectors.joining(
                        " | ", "| " + row.label() + " | " + row.unit() + " | ", " | " + ratio(figures) + " |"));
    }

    private static String ratio(Map<Implementation, Figure> figures) {
        Figure own = figures.get(Implementation.MOBILE_SYNC);
        Figure bare = figures.getOrDefault(Implementation.NODE, figures.get(Implementation.JAVA));
        return own == null || bare == null
                ? NO_VALUE
                : String.format(Locale.ROOT, "%.1f", own.median() / bare.median());
    }
}
