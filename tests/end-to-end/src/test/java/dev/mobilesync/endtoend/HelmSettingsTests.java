package dev.mobilesync.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mobilesync.messages.AmqpNames;
import dev.mobilesync.messages.Identifiers;
import dev.mobilesync.service.properties.ServiceProperties;
import dev.mobilesync.socket.SocketServerProperties;
import dev.mobilesync.state.StateManagerProperties;
import dev.mobilesync.state.WebhookProperties;
import dev.mobilesync.web.common.WebServerProperties;
import io.fabric8.kubernetes.api.model.KeyToPath;
import io.fabric8.kubernetes.api.model.VolumeProjection;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import jakarta.validation.Validation;
import jakarta.validation.ValidatorFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.validation.ValidationBindHandler;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.env.ConfigTreePropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.validation.beanvalidation.SpringValidatorAdapter;

/** The settings and secrets of the pods: documented, valid and complete. */
class HelmSettingsTests {

    private static final HelmManifests SMALL = HelmChart.render(HelmChart.SMALL);
    private static final HelmManifests LARGE = HelmChart.render(HelmChart.LARGE);

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

    /** The addresses and secrets are files, the plans variables: state-manager combines both. */
    @Test
    void bindsWebhooks(@TempDir Path secrets) throws IOException {
        HelmManifests installation = HelmChart.render(HelmChart.SMALL, """
                webhooks:
                  existingSecret: mobile-sync-webhooks
                  endpoints: { acme: { plans: [P001, P002], urlKey: acme-url, secretKey: acme-secret } }
                networkPolicy: { webhooks: { to: [{ ipBlock: { cidr: 10.50.0.0/24 } }] } }
                """);
        List<String> files = secretFiles(installation, "state-manager");
        for (String file : files) {
            Files.writeString(
                    secrets.resolve(file),
                    file.endsWith(".url") ? "https://exam.example.com/" + file : "whsec_" + "A".repeat(32));
        }
        StandardEnvironment environment = new StandardEnvironment();
        environment
                .getPropertySources()
                .addFirst(new SystemEnvironmentPropertySource(
                        StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
                        new HashMap<>(installation.environment("state-manager"))));
        environment.getPropertySources().addFirst(new ConfigTreePropertySource("secrets", secrets));
        WebhookProperties webhooks = Binder.get(environment)
                .bind("mobile-sync.webhook", WebhookProperties.class)
                .get();
        assertThat(webhooks.url()).isEqualTo("https://exam.example.com/mobile-sync.webhook.url");
        assertThat(webhooks.secret()).hasSize(1);
        assertThat(webhooks.endpoints()).containsOnlyKeys("acme");
        assertThat(webhooks.endpoints().get("acme")).satisfies(acme -> {
            assertThat(acme.url()).isEqualTo("https://exam.example.com/mobile-sync.webhook.endpoints.acme.url");
            assertThat(acme.secret()).hasSize(1);
            assertThat(acme.plans()).containsExactly("P001", "P002");
        });
    }

    @Test
    void requiresSecretOfEndpoints() {
        assertThatThrownBy(
                        () -> HelmChart.render(
                                HelmChart.SMALL,
                                "webhooks: { endpoints: { acme: { plans: [P001], urlKey: acme-url, secretKey: acme-secret } } }"))
                .hasMessageContaining("webhooks.existingSecret is required");
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
                .extracting(HelmSettingsTests::variable)
                .isSubsetOf(DocumentedSettings.names());
    }

    private static List<String> secretFiles(String service) {
        return secretFiles(SMALL, service);
    }

    private static List<String> secretFiles(HelmManifests installation, String service) {
        return HelmManifests.pod(installation.deployment(service)).getVolumes().stream()
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

    /** {@code SocketServerProperties} checks the name: after {@code broadcast_queue.}, an identifier of up to 64 characters. */
    @ParameterizedTest
    @ValueSource(
            strings = {"mobile-sync", "a.release.with.dots", "a-release-whose-name-has-the-maximum-of-53-characters"})
    void namesQueueByPod(String release) {
        HelmManifests manifests = HelmChart.renderRelease(release, HelmChart.SMALL);
        Deployment deployment = manifests.deployment("socket-server");
        assertThat(manifests.environment("socket-server"))
                .containsEntry("MOBILE_SYNC_SOCKET_QUEUE", AmqpNames.BROADCAST_QUEUE + ".$(POD_NAME)");
        assertThat(HelmManifests.container(deployment).getEnv().get(0)).satisfies(variable -> {
            assertThat(variable.getName()).isEqualTo("POD_NAME");
            assertThat(variable.getValueFrom().getFieldRef().getFieldPath()).isEqualTo("metadata.name");
        });
        assertThat(podName(deployment)).matches(Identifiers.PATTERN);
        manifests.deployments().keySet().stream()
                .filter(service -> !service.equals("socket-server"))
                .forEach(service ->
                        assertThat(manifests.environment(service)).doesNotContainKey("MOBILE_SYNC_SOCKET_QUEUE"));
    }
}
