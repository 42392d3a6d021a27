package dev.mobilesync.endtoend;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.mobilesync.messages.AmqpNames;
import dev.mobilesync.testsupport.Repository;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetSpec;
import io.fabric8.openshift.api.model.monitoring.v1.Endpoint;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitorSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What selects, scales or monitors pods finds them. */
class HelmSelectorTests {

    private static final String KEDA = "stateManager: { keda: { enabled: true, existingSecret: mobile-sync-keda } }";

    private static final HelmManifests SMALL = HelmChart.render(HelmChart.SMALL);
    private static final HelmManifests LARGE = HelmChart.render(HelmChart.LARGE, KEDA);

    @Test
    void selectsPodsOfOneService() {
        for (HelmManifests installation : List.of(SMALL, LARGE)) {
            installation.deployments().forEach((service, deployment) -> {
                List<Map<String, String>> selectors = new ArrayList<>();
                selectors.add(deployment.getSpec().getSelector().getMatchLabels());
                selectors.add(installation.service(service).getSpec().getSelector());
                PodDisruptionBudgetSpec budget = budget(installation, service).getSpec();
                selectors.add(budget.getSelector().getMatchLabels());
                assertThat(budget.getMaxUnavailable().getIntVal()).isEqualTo(1);
                HelmManifests.pod(deployment)
                        .getTopologySpreadConstraints()
                        .forEach(spread ->
                                selectors.add(spread.getLabelSelector().getMatchLabels()));
                assertThat(selectors).hasSize(5).allSatisfy(selector -> assertThat(
                                installation.deployments().entrySet().stream()
                                        .filter(other -> HelmManifests.podLabels(other.getValue())
                                                .entrySet()
                                                .containsAll(selector.entrySet()))
                                        .map(Map.Entry::getKey))
                        .containsExactly(service));
            });
        }
    }

    @Test
    void scalesExistingDeployments() {
        var target = LARGE.only(HorizontalPodAutoscaler.class).getSpec().getScaleTargetRef();
        assertThat(target.getName())
                .isEqualTo(LARGE.deployment("socket-server").getMetadata().getName());
        assertThat(target.getKind()).isEqualTo("Deployment");
        assertThat(LARGE.only(KedaResources.ScaledObject.class).spec().scaleTargetRef())
                .isEqualTo(new KedaResources.Target(
                        "apps/v1",
                        "Deployment",
                        LARGE.deployment("state-manager").getMetadata().getName()));
        assertThat(LARGE.deployment("web-server").getSpec().getReplicas()).isNotNull();
        // The autoscalers set the number of pods; an upgrade must not reset it.
        assertThat(LARGE.deployment("socket-server").getSpec().getReplicas()).isNull();
        assertThat(LARGE.deployment("state-manager").getSpec().getReplicas()).isNull();
    }

    /** {@link MetricsDocumentIT} compares the documented metrics with the exposed ones. */
    @Test
    void scalesByDocumentedMetrics() throws Exception {
        String metric = LARGE.only(HorizontalPodAutoscaler.class)
                .getSpec()
                .getMetrics()
                .get(0)
                .getPods()
                .getMetric()
                .getName();
        assertThat(DocumentedMetric.readAll()).anySatisfy(documented -> {
            assertThat(documented.name()).isEqualTo(metric);
            assertThat(documented.type()).isEqualTo("gauge");
            assertThat(documented.labels()).isEmpty();
            assertThat(documented.services()).containsExactly("socket-server");
        });
        KedaResources.Trigger trigger =
                LARGE.only(KedaResources.ScaledObject.class).spec().triggers().get(0);
        assertThat(trigger.type()).isEqualTo("rabbitmq");
        assertThat(trigger.metadata())
                .isEqualTo(new KedaResources.QueueLength("amqp", AmqpNames.STATUS_QUEUE, "QueueLength", "1000"));
        assertThat(trigger.authenticationRef().name())
                .isEqualTo(LARGE.only(KedaResources.TriggerAuthentication.class)
                        .metadata()
                        .name());
    }

    @Test
    void monitorsAllServices() {
        ServiceMonitorSpec monitor = SMALL.only(ServiceMonitor.class).getSpec();
        assertThat(monitor.getJobLabel()).isEqualTo(HelmManifests.COMPONENT);
        assertThat(monitor.getNamespaceSelector().getMatchNames()).containsExactly(HelmChart.NAMESPACE);
        assertThat(monitor.getEndpoints())
                .extracting(Endpoint::getPort, Endpoint::getPath, Endpoint::getInterval)
                .containsExactly(tuple("management", "/actuator/prometheus", "15s"));
        List<Service> services = SMALL.all(Service.class);
        assertThat(services)
                .allSatisfy(service -> assertThat(service.getMetadata().getLabels())
                        .containsAllEntriesOf(monitor.getSelector().getMatchLabels()));
        Map<String, Object> prometheus = HelmManifests.asMap(
                HelmManifests.yaml().load(HelmChart.read(Repository.file("deploy/prometheus/prometheus.yml"))));
        assertThat(services)
                .extracting(service -> service.getMetadata().getLabels().get(HelmManifests.COMPONENT))
                .containsExactlyInAnyOrderElementsOf(((List<?>) requireNonNull(prometheus.get("scrape_configs")))
                        .stream()
                                .map(job ->
                                        String.valueOf(HelmManifests.asMap(job).get("job_name")))
                                .toList());
    }

    /** The rules of deploy/prometheus, whose own tests are {@link AlertRulesTests}. */
    @Test
    void containsAlerts() {
        String alerts = HelmChart.read(Repository.file("deploy/prometheus/alerts.yml"));
        assertThat(alertRules(SMALL)).isEqualTo(HelmManifests.yaml().load(alerts));

        HelmManifests withAddress = HelmChart.render(
                HelmChart.SMALL,
                "monitoring: { prometheusRule: { runbookBaseUrl: 'https://wiki.example.com/mobile-sync/' } }");
        assertThat(alertRules(withAddress))
                .isEqualTo(HelmManifests.yaml()
                        .load(alerts.replace(
                                "docs/operations.md#", "https://wiki.example.com/mobile-sync/operations.md#")))
                .asString()
                .contains("runbook_url=https://wiki.example.com/mobile-sync/operations.md#mobilesyncservicedown");
    }

    private static Object alertRules(HelmManifests installation) {
        return requireNonNull(installation.documents.stream()
                .filter(document -> "PrometheusRule".equals(document.get("kind")))
                .findFirst()
                .orElseThrow()
                .get("spec"));
    }

    private static PodDisruptionBudget budget(HelmManifests installation, String service) {
        return installation.all(PodDisruptionBudget.class).stream()
                .filter(budget ->
                        service.equals(budget.getMetadata().getLabels().get(HelmManifests.COMPONENT)))
                .findFirst()
                .orElseThrow();
    }
}
