package dev.mobilesync.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.endtoend.MobileSyncSystem.Service;
import dev.mobilesync.testsupport.ApiClient;
import java.io.IOException;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The table of metrics in docs/operations.md. */
class MetricsDocumentIT {

    private final MobileSyncSystem system = MobileSyncSystem.shared();

    @ParameterizedTest
    @EnumSource
    void listsEachExposedMetric(Service service) throws IOException {
        String name = service.name().toLowerCase(Locale.ROOT).replace('_', '-');
        assertThat(exposed(service).described())
                .containsExactlyInAnyOrderElementsOf(DocumentedMetric.readAll().stream()
                        .filter(metric -> metric.services().contains(name))
                        .map(metric -> metric.name() + " " + metric.type() + " " + metric.labels())
                        .toList());
    }

    @ParameterizedTest
    @EnumSource
    void usesNoGeneratedNamesAsLabels(Service service) {
        assertThat(exposed(service).samples().stream()
                        .flatMap(sample -> sample.labels().entrySet().stream())
                        // Spring has a bean with the name of a log level: error.
                        .filter(label -> !label.getKey().equals("level")))
                .isNotEmpty()
                .noneMatch(label -> label.getValue().contains("ambda")
                        || label.getValue().contains("$")
                        || system.hasBean(service, label.getValue()));
    }

    private ExposedMetrics exposed(Service service) {
        return new ExposedMetrics(ApiClient.ofOther(system.management(service))
                .get("/actuator/prometheus", "")
                .body());
    }
}
