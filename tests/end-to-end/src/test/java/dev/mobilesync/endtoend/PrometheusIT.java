package dev.mobilesync.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mobilesync.endtoend.MobileSyncSystem.Service;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.testsupport.Jpegs;
import dev.mobilesync.testsupport.StompTestClient;
import dev.mobilesync.testsupport.TestServers;
import dev.mobilesync.testsupport.WebhookReceiver;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** One capture, seen by a real Prometheus with the shipped alerts. */
@Tag("slow")
@EnabledIf(
        value = "dev.mobilesync.endtoend.PrometheusProcess#isAvailable",
        disabledReason = PrometheusProcess.SKIP_REASON)
class PrometheusIT {

    private static final ExamineeKey EXAMINEE = new ExamineeKey("prometheus", "E1");
    private static final Duration TIMEOUT = Duration.ofSeconds(90);

    private static final Set<String> USED_BY_READINESS = Set.of("mobile_sync_store_seconds");

    private static final List<String> HOPS = List.of(
            "mobile_sync_capture_to_browser_seconds",
            "mobile_sync_store_seconds{operation='put',outcome='success'}",
            "mobile_sync_publish_seconds{type='mobile_sync_status'}",
            "mobile_sync_queue_wait_seconds",
            "mobile_sync_state_change_seconds",
            "mobile_sync_publish_seconds{type='mobile_sync_completed'}",
            "mobile_sync_broadcast_seconds",
            "mobile_sync_socket_push_seconds");

    @Test
    void measuresFirstCapture(@TempDir Path directory) throws IOException {
        // Each trace is recorded, so that the histograms have exemplars, which some versions of Prometheus reject.
        try (OtlpCollector collector = new OtlpCollector();
                WebhookReceiver platform = new WebhookReceiver();
                MobileSyncSystem system = MobileSyncSystem.start(
                        TestServers.open(),
                        Map.of(
                                "mobile-sync.webhook.url",
                                platform.url("exam"),
                                "mobile-sync.webhook.secret",
                                WebhookReceiver.SECRET,
                                "mobile-sync.webhook.allow-http",
                                "true",
                                "management.opentelemetry.tracing.export.otlp.endpoint",
                                collector.endpoint(),
                                "management.tracing.sampling.probability",
                                "1.0"))) {
            system.awaitReadiness(200, Service.values());
            try (PrometheusProcess prometheus = PrometheusProcess.start(
                    directory,
                    Map.of(
                            "web-server", system.management(Service.WEB_SERVER),
                            "state-manager", system.management(Service.STATE_MANAGER),
                            "socket-server", system.management(Service.SOCKET_SERVER)))) {
                assertHasAllSeriesAtStart(prometheus);
                // A rate needs two scrapes, and is 0 before the first capture.
                await().atMost(TIMEOUT).untilAsserted(() -> assertThat(percentile(prometheus, HOPS.get(0)))
                        .hasValue(Double.NaN));

                try (StompTestClient browser = system.examinee(EXAMINEE)) {
                    assertThat(system.api()
                                    .upload(EXAMINEE, "M001", Jpegs.picture(1))
                                    .statusCode())
                            .isEqualTo(201);
                    browser.await("mobile_sync_completed");
                }

                for (String hop : HOPS) {
                    await().atMost(TIMEOUT).untilAsserted(() -> assertThat(
                                    percentile(prometheus, hop).orElse(Double.NaN))
                            .as(hop)
                            .isBetween(0.0001, 60.0));
                }
                assertDashboardHasData(prometheus);
                assertThat(prometheus.query("sum(up)")).hasValue(3);
                assertAlertsAreValidAndQuiet(prometheus);
                assertThat(prometheus.output()).doesNotContain("level=warn", "level=error");
            }
        }
    }

    private static void assertHasAllSeriesAtStart(PrometheusProcess prometheus) throws IOException {
        int values = 0;
        for (DocumentedMetric metric : DocumentedMetric.readAll()) {
            String sample = metric.counted();
            assertThat(prometheus.query("count(count by (job) (" + sample + "))"))
                    .as(sample)
                    .hasValue(metric.services().size());
            if (!metric.type().equals("gauge") && !USED_BY_READINESS.contains(metric.name())) {
                assertThat(prometheus.query("sum(" + sample + ")")).as(sample).hasValue(0);
            }
            for (String label : metric.labels()) {
                for (String value : metric.valuesOf(label)) {
                    String series = sample + "{" + label + "='" + value + "'}";
                    assertThat(prometheus.query("count(count by (job) (" + series + "))"))
                            .as(series)
                            .hasValue(metric.services().size());
                    values++;
                }
            }
        }
        assertThat(values).isGreaterThan(20);
    }

    private static void assertDashboardHasData(PrometheusProcess prometheus) throws IOException {
        for (DashboardQuery query : DashboardQuery.readAll()) {
            String expression = query.expression().replace("$__rate_interval", "1m");
            // The maximum is NaN only if all results are: a number shows that the labels and buckets exist.
            await().atMost(TIMEOUT).untilAsserted(() -> assertThat(
                            prometheus.query("max(" + expression + ")").orElse(Double.NaN))
                    .as(query.toString())
                    .isNotNaN());
        }
    }

    private static OptionalDouble percentile(PrometheusProcess prometheus, String histogram) {
        int labels = histogram.indexOf('{');
        String buckets = labels < 0
                ? histogram + "_bucket"
                : histogram.substring(0, labels) + "_bucket" + histogram.substring(labels);
        return prometheus.query("histogram_quantile(0.99, sum by (le) (rate(" + buckets + "[1m])))");
    }

    private static void assertAlertsAreValidAndQuiet(PrometheusProcess prometheus) {
        await().atMost(TIMEOUT).untilAsserted(() -> assertThat(prometheus.alertRules())
                .isNotEmpty()
                .allSatisfy(rule -> {
                    assertThat(rule.path("health").asString()).as("%s", rule).isEqualTo("ok");
                    assertThat(rule.path("state").asString()).as("%s", rule).isEqualTo("inactive");
                }));
    }
}
