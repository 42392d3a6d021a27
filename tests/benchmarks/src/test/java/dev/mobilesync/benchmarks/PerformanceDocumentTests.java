package dev.mobilesync.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.benchmarks.report.BenchmarkResult;
import dev.mobilesync.benchmarks.report.Charts;
import dev.mobilesync.benchmarks.report.LatencyRow;
import dev.mobilesync.benchmarks.report.ResultTable;
import dev.mobilesync.testsupport.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** docs/performance.md shows the results in docs/performance, which are copied from {@code target/benchmarks}. */
class PerformanceDocumentTests {

    private static final Path RESULTS = Repository.file("docs/performance");

    private final List<BenchmarkResult> results = BenchmarkResult.readAll(RESULTS);

    @Test
    void showsMeasuredFigures() throws IOException {
        assertThat(document()).containsSequence(ResultTable.figures(results));
    }

    @Test
    void showsCharts() throws IOException {
        for (BenchmarkResult result : results) {
            for (Map.Entry<String, String> chart : Charts.of(result).entrySet()) {
                assertThat(RESULTS.resolve(chart.getKey())).hasContent(chart.getValue());
                assertThat(String.join("\n", document())).contains("(performance/" + chart.getKey() + ")");
            }
        }
    }

    @Test
    void namesCommandOfEachResult() throws IOException {
        for (BenchmarkResult result : results) {
            assertThat(document()).anyMatch(line -> line.contains(result.command()) && line.contains(result.date()));
        }
    }

    @Test
    void usesLabelsOfLatencies() throws IOException {
        List<String> lines = document();
        int header = lines.indexOf(LatencyRow.COLUMNS);
        assertThat(lines.subList(header + 2, lines.size()).stream()
                        .takeWhile(line -> line.startsWith("| "))
                        .map(row -> row.substring(2, row.indexOf(';')))
                        .distinct())
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(Operation.values())
                        .filter(operation -> operation != Operation.STORE_WITHOUT_NO_DELAY)
                        .map(Operation::label)
                        .toList());
    }

    private static List<String> document() throws IOException {
        return Files.readAllLines(Repository.file("docs/performance.md"));
    }
}
