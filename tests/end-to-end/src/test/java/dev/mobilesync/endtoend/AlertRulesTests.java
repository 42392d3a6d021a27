package dev.mobilesync.endtoend;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.testsupport.Repository;
import dev.mobilesync.testsupport.Shell;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.yaml.snakeyaml.Yaml;

/** The alerts in deploy/prometheus/alerts.yml, their unit tests and their runbook. */
class AlertRulesTests {

    private static final List<String> SECTIONS = List.of("**Meaning.**", "**Check.**", "**Do.**");

    private final List<Map<String, Object>> rules = rules();

    @Test
    @EnabledIf(
            value = "dev.mobilesync.endtoend.PrometheusProcess#isAvailable",
            disabledReason = PrometheusProcess.SKIP_REASON)
    void passTheirUnitTests() {
        String tests = Repository.file("deploy/prometheus/alerts_test.yml").toString();
        assertThat(Shell.run("promtool", "test", "rules", tests)).contains("SUCCESS");
    }

    @Test
    void haveUnitTests() {
        Map<String, Object> tests = read("alerts_test.yml");
        Set<Object> raised = list(tests.get("tests")).stream()
                .flatMap(test -> list(test.get("alert_rule_test")).stream())
                .filter(test -> !list(test.get("exp_alerts")).isEmpty())
                .map(test -> test.get("alertname"))
                .collect(Collectors.toSet());
        assertThat(rules).extracting(rule -> rule.get("alert")).containsExactlyInAnyOrderElementsOf(raised);
    }

    /** {@link MetricsDocumentIT} compares the documented metrics with the exposed ones. */
    @Test
    void useDocumentedMetrics() throws IOException {
        Set<String> documented =
                DocumentedMetric.readAll().stream().map(DocumentedMetric::name).collect(Collectors.toSet());
        assertThat(rules)
                .flatExtracting(rule -> DocumentedMetric.namesIn(String.valueOf(rule.get("expr"))))
                .isNotEmpty()
                .isSubsetOf(documented);
    }

    @Test
    void haveRunbookEntries() throws IOException {
        String[] entries =
                Files.readString(Repository.file("docs/operations.md")).split("\n### ");
        Map<String, String> runbook = List.of(entries).subList(1, entries.length).stream()
                .collect(Collectors.toMap(entry -> entry.substring(0, entry.indexOf('\n')), entry -> entry));
        assertThat(rules).extracting(rule -> rule.get("alert")).containsExactlyInAnyOrderElementsOf(runbook.keySet());
        for (Map<String, Object> rule : rules) {
            String alert = String.valueOf(rule.get("alert"));
            Map<?, ?> annotations = (Map<?, ?>) requireNonNull(rule.get("annotations"));
            Map<?, ?> labels = (Map<?, ?>) requireNonNull(rule.get("labels"));
            assertThat(annotations.get("runbook_url"))
                    .isEqualTo("docs/operations.md#" + alert.toLowerCase(Locale.ROOT));
            assertThat(requireNonNull(runbook.get(alert)))
                    .contains(SECTIONS)
                    .containsIgnoringCase("**Meaning.** " + labels.get("severity") + ".");
        }
    }

    private static List<Map<String, Object>> rules() {
        return list(list(read("alerts.yml").get("groups")).get(0).get("rules"));
    }

    private static Map<String, Object> read(String file) {
        try {
            return new Yaml().load(Files.readString(Repository.file("deploy/prometheus/" + file)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> list(@Nullable Object value) {
        return (List<Map<String, Object>>) requireNonNull(value);
    }
}
