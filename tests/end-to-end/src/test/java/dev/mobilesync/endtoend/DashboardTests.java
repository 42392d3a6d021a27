package dev.mobilesync.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.testsupport.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The dashboard in deploy/grafana, and its table in docs/operations.md. {@link PrometheusIT} runs its queries. */
class DashboardTests {

    @Test
    void isDocumented() throws IOException {
        Map<String, String> panels = DashboardQuery.readAll().stream()
                .collect(Collectors.toMap(
                        query -> "| " + query.row() + " | " + query.panel() + " | ",
                        query -> "`" + query.expression().replace("|", "\\|") + "`",
                        (first, second) -> first + "<br>" + second,
                        LinkedHashMap::new));
        assertThat(panels).hasSizeGreaterThan(20);
        assertThat(Files.readString(Repository.file("docs/operations.md")))
                .contains(panels.entrySet().stream()
                        .map(panel -> panel.getKey() + panel.getValue() + " |\n")
                        .collect(Collectors.joining()));
    }

    /** {@link MetricsDocumentIT} compares the documented metrics with the exposed ones. */
    @Test
    void usesDocumentedMetrics() throws IOException {
        assertThat(DashboardQuery.readAll())
                .flatExtracting(query -> DocumentedMetric.namesIn(query.expression()))
                .isNotEmpty()
                .isSubsetOf(DocumentedMetric.readAll().stream()
                        .map(DocumentedMetric::name)
                        .toList());
    }
}
