package dev.mobilesync.endtoend;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.testsupport.Repository;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Probe;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The containers of the chart fit the services, their images and their documents. */
class HelmPodTests {

    private static final HelmManifests SMALL = HelmChart.render(HelmChart.SMALL);
    private static final HelmManifests LARGE = HelmChart.render(HelmChart.LARGE);

    @Test
    void usesPortsOfServices() {
        for (HelmManifests installation : List.of(SMALL, LARGE)) {
            installation.deployments().forEach((service, deployment) -> {
                List<String> ports = HelmManifests.container(deployment).getPorts().stream()
                        .map(port -> port.getName() + "=" + port.getContainerPort())
                        .toList();
                assertThat(ports).containsExactlyElementsOf(documentedPorts(service));
                assertThat(installation.environment(service))
                        .doesNotContainKeys("SERVER_PORT", "MANAGEMENT_SERVER_PORT");
                assertThat(installation.service(service).getSpec().getPorts())
                        .allSatisfy(port ->
                                assertThat(port.getTargetPort().getStrVal()).isEqualTo(port.getName()))
                        .extracting(port -> port.getName() + "=" + port.getPort())
                        .isEqualTo(ports);
            });
        }
    }

    private static List<String> documentedPorts(String service) {
        return service.equals("state-manager")
                ? List.of("management=" + DocumentedSettings.defaultOf("SERVER_PORT", service))
                : List.of(
                        "http=" + DocumentedSettings.defaultOf("SERVER_PORT", service),
                        "management=" + DocumentedSettings.defaultOf("MANAGEMENT_SERVER_PORT", service));
    }

    @Test
    void probesManagementPort() {
        SMALL.deployments().values().forEach(deployment -> {
            Container container = HelmManifests.container(deployment);
            assertThat(container.getPorts()).extracting(ContainerPort::getName).contains("management");
            assertThat(Stream.of(
                                    container.getStartupProbe(),
                                    container.getLivenessProbe(),
                                    container.getReadinessProbe())
                            .map(Probe::getHttpGet))
                    .allSatisfy(probe -> assertThat(probe.getPort().getStrVal()).isEqualTo("management"))
                    .extracting(probe -> probe.getPath())
                    .containsExactly(
                            "/actuator/health/liveness", "/actuator/health/liveness", "/actuator/health/readiness");
        });
    }

    @Test
    void startsLikeImages() {
        String entrypoint = HelmChart.read(Repository.file("Dockerfile"))
                .lines()
                .filter(line -> line.startsWith("ENTRYPOINT "))
                .map(line -> line.substring("ENTRYPOINT ".length()))
                .findFirst()
                .orElseThrow();
        Map<String, Object> compose =
                HelmManifests.asMap(HelmManifests.yaml().load(HelmChart.read(Repository.file("docker-compose.yml"))));
        Set<Object> images = HelmManifests.asMap(compose.get("services")).values().stream()
                .map(service -> requireNonNull(HelmManifests.asMap(service).get("image")))
                .collect(Collectors.toSet());
        HelmManifests manifests = HelmChart.render(HelmChart.SMALL, "image: { repository: mobile-sync }");
        assertThat(manifests.deployments().values()).allSatisfy(deployment -> {
            assertThat(HelmManifests.container(deployment).getCommand())
                    .isEqualTo(HelmManifests.yaml().load(entrypoint));
            assertThat(images).contains(HelmManifests.container(deployment).getImage());
        });
    }

    @Test
    void hardensContainers() {
        String user = HelmChart.read(Repository.file("Dockerfile")).replaceAll("(?s).*\nUSER (\\d+)\n.*", "$1");
        SMALL.deployments().values().forEach(deployment -> {
            PodSpec pod = HelmManifests.pod(deployment);
            assertThat(pod.getAutomountServiceAccountToken()).isFalse();
            assertThat(pod.getEnableServiceLinks()).isFalse();
            assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
            assertThat(pod.getSecurityContext().getRunAsUser()).hasToString(user);
            assertThat(pod.getSecurityContext().getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
            Container container = HelmManifests.container(deployment);
            assertThat(container.getSecurityContext().getReadOnlyRootFilesystem())
                    .isTrue();
            assertThat(container.getSecurityContext().getAllowPrivilegeEscalation())
                    .isFalse();
            assertThat(container.getSecurityContext().getCapabilities().getDrop())
                    .containsExactly("ALL");
            assertThat(container.getResources().getLimits()).containsKeys("memory", "cpu");
            assertThat(container.getResources().getLimits().get("memory"))
                    .isEqualTo(container.getResources().getRequests().get("memory"));
        });
    }

    /** The drain period and two phases of 20 s; Spring's lifecycle has no other long ones. */
    @Test
    void waitsForGracefulShutdown() {
        SMALL.deployments().forEach((service, deployment) -> {
            String drain = SMALL.environment(service).getOrDefault("MOBILE_SYNC_DRAIN_TIME", "0s");
            int seconds = Integer.parseInt(drain.substring(0, drain.length() - 1));
            assertThat(HelmManifests.pod(deployment).getTerminationGracePeriodSeconds())
                    .isGreaterThanOrEqualTo(seconds + 2 * 20);
            assertThat(deployment
                            .getSpec()
                            .getStrategy()
                            .getRollingUpdate()
                            .getMaxUnavailable()
                            .getIntVal())
                    .isZero();
        });
    }
}
