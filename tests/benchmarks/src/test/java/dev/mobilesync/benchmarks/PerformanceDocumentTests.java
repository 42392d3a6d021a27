package dev.mobilesync.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.benchmarks.report.BenchmarkResult;
import dev.mobilesync.benchmarks.report.Charts;
import dev.mobilesync.benchmarks.report.LatencyRow;
import dev.mobilesync.benchmarks.report.ResultTable;
import dev.mobilesync.testsupport.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** docs/performance.md shows the results in docs/performance, which are copied from {@code target/benchmarks}. */
class PerformanceDocumentTests {

    private static final String RESULTS = "docs/performance";
    private static final String GATEWAY_RESULTS = RESULTS + "/gateway";

    @ParameterizedTest
    @ValueSource(strings = {RESULTS, GATEWAY_RESULTS})
    void showsMeasuredFigures(String directory) throws IOException {
        List<String> figures = ResultTable.figures(results(directory));
        assertThat(figures).isNotEmpty();
        assertThat(document()).containsSequence(figures);
    }

    @Test
    void showsCharts() throws IOException {
        for (BenchmarkResult result : results(RESULTS)) {
            for (Map.Entry<String, String> chart : Charts.of(result).entrySet()) {
                assertThat(Repository.file(RESULTS).resolve(chart.getKey())).hasContent(chart.getValue());
                assertThat(String.join("\n", document())).contains("(performance/" + chart.getKey() + ")");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {RESULTS, GATEWAY_RESULTS})
    void namesCommandOfEachResult(String directory) throws IOException {
        for (BenchmarkResult result : results(directory)) {
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

    private static List<BenchmarkResult> results(String directory) {
        return BenchmarkResult.readAll(Repository.file(directory));
    }

    private static List<String> document() throws IOException {
        return Files.readAllLines(Repository.file("docs/performance.md"));
    }
}
