package dev.mobilesync.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.testsupport.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class PerformanceDocumentTests {

    @Test
    void usesLabelsOfReport() throws IOException {
        List<String> table = Files.readString(Repository.file("docs/performance.md"))
                .lines()
                .filter(line -> line.startsWith("| "))
                .toList();
        assertThat(table.get(0)).isEqualTo(BenchmarkReport.COLUMNS);
        assertThat(table.stream()
                        .skip(1)
                        .map(row -> row.substring(2, row.indexOf(';')))
                        .distinct())
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(Operation.values())
                        .filter(operation -> operation != Operation.STORE_WITHOUT_NO_DELAY)
                        .map(Operation::label)
                        .toList());
    }
}
