package dev.mobilesync.endtoend;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.messages.AmqpNames;
import dev.mobilesync.messages.Identifiers;
import dev.mobilesync.service.properties.ServiceProperties;
import dev.mobilesync.socket.SocketServerProperties;
import dev.mobilesync.state.StateManagerProperties;
import dev.mobilesync.testsupport.Repository;
import dev.mobilesync.web.common.WebServerProperties;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.KeyToPath;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.VolumeProjection;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import jakarta.validation.Validation;
import jakarta.validation.ValidatorFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.validation.ValidationBindHandler;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.validation.beanvalidation.SpringValidatorAdapter;

/** The pods of the chart, and what selects or scales them: they fit the services, their documents and each other. */
class HelmManifestsTests {

    private static final String KEDA = "stateManager: { keda: { enabled: true, existingSecret: mobile-sync-keda } }";

    private static final HelmManifests SMALL = HelmChart.render(HelmChart.SMALL);
    private static final HelmManifests LARGE = HelmChart.render(HelmChart.LARGE, KEDA);

    @Test
    void setsDocumentedVariables() {
        Set<String> documented = DocumentedSettings.names();
        assertThat(documented).contains("SPRING_RABBITMQ_VIRTUAL_HOST").doesNotContain("MOBILE_SYNC_UNKNOWN");
        List<HelmManifests> installations = List.of(SMALL, LARGE, HelmChart.render(HelmChart.SMALL, """
                        redis: { clusterNodes: 'redis-0:6379', tls: true }
                        rabbitmq: { tls: true }
                        jwt: { issuerUri: 'https://id.example.com' }
                        networkPolicy: { issuer: { to: [{ ipBlock: { cidr: 10.30.0.0/24 } }] } }
                        """));
        for (HelmManifests installation : installations) {
            installation.deployments().keySet().forEach(service -> assertThat(installation.environment(service))
                    .extracting(Map::keySet, InstanceOfAssertFactories.collection(String.class))
                    .as(service)
                    .isSubsetOf(documented));
        }
    }

    /** The classes that the services bind at the start accept the values, too. */
    @Test
    void setsValidProperties(@TempDir Path bodies) {
        for (HelmManifests installation : List.of(SMALL, LARGE)) {
            bind(installation, "web-server", WebServerProperties.class, bodies);
            bind(installation, "state-manager", StateManagerProperties.class, bodies);
            SocketServerProperties socketServer =
                    bind(installation, "socket-server", SocketServerProperties.class, bodies);
            assertThat(socketServer.socketQueue())
                    .startsWith(AmqpNames.BROADCAST_QUEUE + ".mobile-sync-socket-server-");
            assertThat(socketServer.allowedOrigins()).containsExactly("https://exam.example.com");
        }
    }

    private static <T> T bind(HelmManifests installation, String service, Class<T> type, Path bodies) {
        Map<String, Object> environment = new HashMap<>(installation.environment(service));
        environment.computeIfPresent("MOBILE_SYNC_SOCKET_QUEUE", (name, queue) -> String.valueOf(queue)
                .replace("$(POD_NAME)", podName(installation.deployment(service))));
        environment.computeIfPresent("MOBILE_SYNC_BODY_DIRECTORY", (name, directory) -> bodies.toString());
        secretFiles(service).forEach(file -> environment.put(variable(file), "only-for-this-test"));
        Binder binder = new Binder(ConfigurationPropertySources.from(new SystemEnvironmentPropertySource(
                StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, environment)));
        try (ValidatorFactory factory = Validation.buildDefaultValidatorFactory()) {
            ValidationBindHandler handler =
                    new ValidationBindHandler(new SpringValidatorAdapter(factory.getValidator()));
            binder.bindOrCreate("mobile-sync", Bindable.of(ServiceProperties.class), handler);
            return binder.bindOrCreate("mobile-sync", Bindable.of(type), handler);
        }
    }

    private static String podName(Deployment deployment) {
        return deployment.getMetadata().getName() + "-1234567890-12345";
    }

    private static String variable(String secretFile) {
        return secretFile.toUpperCase(Locale.ROOT).replaceAll("[.-]", "_");
    }

    @Test
    void readsDocumentedSecrets() {
        assertThat(secretFiles("web-server"))
                .containsExactlyInAnyOrder(
                        "spring.rabbitmq.password",
                        "spring.data.redis.password",
                        "mobile-sync.jwt.secret",
                        "mobile-sync.store.access-key",
                        "mobile-sync.store.secret-key");
        assertThat(secretFiles("socket-server"))
                .containsExactlyInAnyOrder(
                        "spring.rabbitmq.password", "spring.data.redis.password", "mobile-sync.jwt.secret");
        assertThat(secretFiles("state-manager"))
                .containsExactlyInAnyOrder("spring.rabbitmq.password", "spring.data.redis.password");
        assertThat(secretFiles("web-server"))
                .extracting(HelmManifestsTests::variable)
                .isSubsetOf(DocumentedSettings.names());
    }

    private static List<String> secretFiles(String service) {
        return pod(SMALL.deployment(service)).getVolumes().stream()
                .filter(volume -> volume.getName().equals("secrets"))
                .flatMap(volume -> volume.getProjected().getSources().stream())
                .map(VolumeProjection::getSecret)
                .flatMap(secret -> secret.getItems().stream())
                .map(KeyToPath::getPath)
                .toList();
    }

    @Test
    void containsNoSecret() {
        for (HelmManifests installation : List.of(SMALL, LARGE)) {
            assertThat(installation.documents)
                    .noneSatisfy(document -> assertThat(document).containsEntry("kind", "Secret"));
            installation.deployments().keySet().forEach(service -> assertThat(
                            installation.environment(service).keySet())
                    .noneMatch(name -> name.matches(".*(PASSWORD|SECRET|SECRET_KEY|ACCESS_KEY)")));
        }
    }

    @Test
    void usesPortsOfServices() {
        for (HelmManifests installation : List.of(SMALL, LARGE)) {
            installation.deployments().forEach((service, deployment) -> {
                List<String> ports = container(deployment).getPorts().stream()
                        .map(port -> port.getName() + "=" + port.getContainerPort())
                        .toList();
                assertThat(ports).containsExactlyElementsOf(documentedPorts(service));
                assertThat(installation.environment(service))
                        .doesNotContainKeys("SERVER_PORT", "MANAGEMENT_SERVER_PORT");
                assertThat(service(installation, service).getSpec().getPorts())
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
            Container container = container(deployment);
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
    void selectsPodsOfOneService() {
        for (HelmManifests installation : List.of(SMALL, LARGE)) {
            installation.deployments().forEach((service, deployment) -> {
                List<Map<String, String>> selectors = new ArrayList<>();
                selectors.add(deployment.getSpec().getSelector().getMatchLabels());
                selectors.add(service(installation, service).getSpec().getSelector());
                selectors.add(
                        budget(installation, service).getSpec().getSelector().getMatchLabels());
                pod(deployment)
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
        assertThat(LARGE.only(CustomResources.ScaledObject.class).spec().scaleTargetRef())
                .isEqualTo(new CustomResources.Target(
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
        assertThat(DocumentedMetric.readAll()).anySatisfy(documented -> assertThat(documented)
                .isEqualTo(new DocumentedMetric(metric, "gauge", Set.of(), Set.of("socket-server"))));
        CustomResources.Trigger trigger =
                LARGE.only(CustomResources.ScaledObject.class).spec().triggers().get(0);
        assertThat(trigger.metadata().queueName()).isEqualTo(AmqpNames.STATUS_QUEUE);
        assertThat(trigger.authenticationRef().name())
                .isEqualTo(LARGE.only(CustomResources.TriggerAuthentication.class)
                        .metadata()
                        .name());
    }

    /** {@code SocketServerProperties} checks the name: after {@code broadcast_queue.}, an identifier of up to 64 characters. */
    @ParameterizedTest
    @ValueSource(
            strings = {"mobile-sync", "a.release.with.dots", "a-release-whose-name-has-the-maximum-of-53-characters"})
    void namesQueueByPod(String release) {
        HelmManifests manifests = HelmChart.renderRelease(release, HelmChart.SMALL);
        Deployment deployment = manifests.deployment("socket-server");
        assertThat(manifests.environment("socket-server"))
                .containsEntry("MOBILE_SYNC_SOCKET_QUEUE", AmqpNames.BROADCAST_QUEUE + ".$(POD_NAME)");
        assertThat(container(deployment).getEnv().get(0)).satisfies(variable -> {
            assertThat(variable.getName()).isEqualTo("POD_NAME");
            assertThat(variable.getValueFrom().getFieldRef().getFieldPath()).isEqualTo("metadata.name");
        });
        assertThat(podName(deployment)).matches(Identifiers.PATTERN);
        manifests.deployments().keySet().stream()
                .filter(service -> !service.equals("socket-server"))
                .forEach(service ->
                        assertThat(manifests.environment(service)).doesNotContainKey("MOBILE_SYNC_SOCKET_QUEUE"));
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
            assertThat(container(deployment).getCommand())
                    .isEqualTo(HelmManifests.yaml().load(entrypoint));
            assertThat(images).contains(container(deployment).getImage());
        });
    }

    @Test
    void hardensContainers() {
        String user = HelmChart.read(Repository.file("Dockerfile")).replaceAll("(?s).*\nUSER (\\d+)\n.*", "$1");
        SMALL.deployments().values().forEach(deployment -> {
            PodSpec pod = pod(deployment);
            assertThat(pod.getAutomountServiceAccountToken()).isFalse();
            assertThat(pod.getEnableServiceLinks()).isFalse();
            assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
            assertThat(pod.getSecurityContext().getRunAsUser()).hasToString(user);
            assertThat(pod.getSecurityContext().getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
            Container container = container(deployment);
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
            assertThat(pod(deployment).getTerminationGracePeriodSeconds()).isGreaterThanOrEqualTo(seconds + 2 * 20);
            assertThat(deployment
                            .getSpec()
                            .getStrategy()
                            .getRollingUpdate()
                            .getMaxUnavailable()
                            .getIntVal())
                    .isZero();
        });
    }

    @Test
    void monitorsAllServices() {
        CustomResources.ServiceMonitorSpec monitor =
                SMALL.only(CustomResources.ServiceMonitor.class).spec();
        assertThat(monitor.jobLabel()).isEqualTo("app.kubernetes.io/component");
        assertThat(monitor.namespaceSelector().matchNames()).containsExactly(HelmChart.NAMESPACE);
        assertThat(monitor.endpoints())
                .containsExactly(new CustomResources.Endpoint("management", "/actuator/prometheus", "15s"));
        List<Service> services = SMALL.all(Service.class);
        assertThat(services)
                .allSatisfy(service -> assertThat(service.getMetadata().getLabels())
                        .containsAllEntriesOf(monitor.selector().matchLabels()));
        Map<String, Object> prometheus = HelmManifests.asMap(
                HelmManifests.yaml().load(HelmChart.read(Repository.file("deploy/prometheus/prometheus.yml"))));
        assertThat(services)
                .extracting(service -> service.getMetadata().getLabels().get("app.kubernetes.io/component"))
                .containsExactlyInAnyOrderElementsOf(((List<?>) requireNonNull(prometheus.get("scrape_configs")))
                        .stream()
                                .map(job ->
                                        String.valueOf(HelmManifests.asMap(job).get("job_name")))
                                .toList());
    }

    /** The rules of deploy/prometheus, whose own tests are {@link AlertRulesTests}. */
    @Test
    void containsAlerts() {
        Map<String, Object> rule = SMALL.documents.stream()
                .filter(document -> "PrometheusRule".equals(document.get("kind")))
                .findFirst()
                .orElseThrow();
        Object alerts = HelmManifests.yaml().load(HelmChart.read(Repository.file("deploy/prometheus/alerts.yml")));
        assertThat(rule.get("spec")).isEqualTo(alerts);
    }

    private static Service service(HelmManifests installation, String service) {
        return installation.all(Service.class).stream()
                .filter(candidate ->
                        service.equals(candidate.getMetadata().getLabels().get("app.kubernetes.io/component")))
                .findFirst()
                .orElseThrow();
    }

    private static PodDisruptionBudget budget(HelmManifests installation, String service) {
        return installation.all(PodDisruptionBudget.class).stream()
                .filter(budget ->
                        service.equals(budget.getMetadata().getLabels().get("app.kubernetes.io/component")))
                .findFirst()
                .orElseThrow();
    }

    private static PodSpec pod(Deployment deployment) {
        return deployment.getSpec().getTemplate().getSpec();
    }

    private static Container container(Deployment deployment) {
        return pod(deployment).getContainers().get(0);
    }
}
