package dev.mobilesync.endtoend;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.testsupport.Repository;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * values-100000.yaml has the numbers of docs/scaling.md, whose own test is {@code ScalingDocumentTests}. If that page changes,
 * change the file.
 */
class HelmSizesTests {

    private static final double EXAMINEES = 100_000;
    private static final double GIB = 1L << 30;
    private static final double MIB = 1L << 20;

    private static final HelmManifests LARGE = HelmChart.render(HelmChart.LARGE);

    private final Map<String, Double> scaling = readScaling();

    @Test
    void hasInstancesOfScalingDocument() {
        assertThat(replicas("web-server")).as("webServer.replicas").isEqualTo(scaled("webInstances"));
        assertThat(replicas("state-manager")).as("stateManager.replicas").isEqualTo(scaled("stateInstances"));
        assertThat(replicas("socket-server")).as("socketServer.replicas").isEqualTo(scaled("socketInstances"));
    }

    @Test
    void hasCoresOfScalingDocument() {
        double socketCores = Math.max(1, Math.ceil(scaled("socketCores")));
        Map<String, Double> requests =
                Map.of("web-server", scaled("cores"), "state-manager", scaled("cores"), "socket-server", socketCores);
        requests.forEach((service, cores) -> {
            ResourceRequirements resources = resources(LARGE, service);
            assertThat(cores(resources.getRequests()))
                    .as("requests.cpu of " + service)
                    .isEqualTo(cores);
            assertThat(cores(resources.getLimits()))
                    .as("limits.cpu of " + service)
                    .isEqualTo(scaled("cores"));
        });

        double total = LARGE.deployments().keySet().stream()
                .mapToDouble(service ->
                        replicas(service) * cores(resources(LARGE, service).getRequests()))
                .sum();
        assertThat(total)
                .isEqualTo(scaled("totalCores") - scaled("brokerNodes") * scaled("cores") - scaled("redisShards"));
    }

    @Test
    void hasMemoryOfScalingDocument() {
        double instance = scaled("baseGib") + 1;
        Map<String, Double> needed =
                Map.of("web-server", instance, "state-manager", instance, "socket-server", scaled("socketGib"));
        needed.forEach((service, gib) -> assertThat(memory(LARGE, service) / GIB)
                .as("limits.memory of " + service)
                .isBetween(gib, 2 * gib));
    }

    @Test
    void scalesBeforePodsAreFull() {
        double sessions = LARGE.only(HorizontalPodAutoscaler.class)
                .getSpec()
                .getMetrics()
                .get(0)
                .getPods()
                .getTarget()
                .getAverageValue()
                .getNumericalAmount()
                .doubleValue();
        assertThat(sessions)
                .as("socketServer.autoscaling.sessionsPerPod")
                .isEqualTo(Math.ceil(EXAMINEES / scaled("socketInstances")))
                .isLessThan(scaled("maxSockets"));
    }

    /** docs/configuration.md states what uploads and bodies need; 128 MiB is for everything else. */
    @ParameterizedTest
    @ValueSource(strings = {HelmChart.SMALL, HelmChart.LARGE})
    void hasHeapForUploads(String sizes) {
        HelmManifests manifests = HelmChart.render(sizes);
        Map<String, String> environment = manifests.environment("web-server");
        int uploads = Integer.parseInt(environment.getOrDefault(
                "MOBILE_SYNC_MAX_UPLOADS", DocumentedSettings.defaultOf("MOBILE_SYNC_MAX_UPLOADS", "web-server")));
        int picture = DocumentedSettings.mebibytes(
                DocumentedSettings.defaultOf("MOBILE_SYNC_MAX_CAPTURE_SIZE", "web-server"));
        int bodies = 64 + 16;
        assertThat(memory(manifests, "web-server") * 0.75 / MIB)
                .isGreaterThanOrEqualTo(uploads * 4.0 * picture + bodies + 128);
    }

    @ParameterizedTest
    @ValueSource(strings = {HelmChart.SMALL, HelmChart.LARGE})
    void hasDiskForBodies(String sizes) {
        HelmManifests manifests = HelmChart.render(sizes);
        Quantity limit = HelmManifests.pod(manifests.deployment("web-server")).getVolumes().stream()
                .filter(volume -> volume.getName().equals("bodies"))
                .findFirst()
                .orElseThrow()
                .getEmptyDir()
                .getSizeLimit();
        Map<String, String> environment = manifests.environment("web-server");
        int bodies = DocumentedSettings.mebibytes(requireNonNull(environment.get("MOBILE_SYNC_BODY_DISK")));
        assertThat(bytes(limit) / MIB).isGreaterThan(bodies);
        assertThat(bytes(resources(manifests, "web-server").getRequests().get("ephemeral-storage")))
                .isGreaterThanOrEqualTo(bytes(limit) + 64 * MIB);
        assertThat(HelmManifests.container(manifests.deployment("web-server")).getVolumeMounts())
                .anySatisfy(mount -> {
                    assertThat(mount.getName()).isEqualTo("bodies");
                    assertThat(mount.getMountPath()).isEqualTo(environment.get("MOBILE_SYNC_BODY_DIRECTORY"));
                });
    }

    @Test
    void statesMemoryOfSmallInstallation() {
        HelmManifests small = HelmChart.render(HelmChart.SMALL);
        double gib = small.deployments().entrySet().stream()
                        .mapToDouble(
                                service -> service.getValue().getSpec().getReplicas() * memory(small, service.getKey()))
                        .sum()
                / GIB;
        assertThat(HelmChart.read(HelmChart.DIRECTORY.resolve("README.md")))
                .contains(gib + " GiB of memory altogether");
    }

    /** The column of 100,000 examinees, and the inputs. */
    private static Map<String, Double> readScaling() {
        Map<String, Double> values = new HashMap<>();
        HelmChart.read(Repository.file("docs/scaling.md"))
                .lines()
                .filter(line -> line.startsWith("| `"))
                .map(line -> line.split("\\|"))
                .forEach(cells -> {
                    boolean isFormula = cells[2].strip().startsWith("`");
                    String value = cells[isFormula ? 3 : 2].strip().replace(",", "");
                    values.put(cells[1].strip().replace("`", ""), Double.valueOf(value));
                });
        return values;
    }

    private double scaled(String name) {
        return requireNonNull(scaling.get(name), name);
    }

    /** The least number, if an autoscaler sets it. */
    private static double replicas(String service) {
        Deployment deployment = LARGE.deployment(service);
        Integer replicas = deployment.getSpec().getReplicas();
        return replicas != null
                ? replicas
                : LARGE.only(HorizontalPodAutoscaler.class).getSpec().getMinReplicas();
    }

    private static ResourceRequirements resources(HelmManifests manifests, String service) {
        return HelmManifests.container(manifests.deployment(service)).getResources();
    }

    private static double memory(HelmManifests manifests, String service) {
        return bytes(resources(manifests, service).getLimits().get("memory"));
    }

    private static double cores(Map<String, Quantity> resources) {
        BigDecimal cores = Quantity.getAmountInBytes(requireNonNull(resources.get("cpu")));
        return cores.doubleValue();
    }

    private static double bytes(@Nullable Quantity quantity) {
        return Quantity.getAmountInBytes(requireNonNull(quantity)).doubleValue();
    }
}
