package dev.mobilesync.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.marcnuri.helm.LintResult;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.DatabindException;

/** Helm accepts the chart, with all combinations of values that it offers, and only values that it knows. */
class HelmChartTests {

    /** A name of each switch, and the values that operate it. */
    private static final Map<String, String> SWITCHES = Map.ofEntries(
            Map.entry("nothing", "{}"),
            Map.entry("no ingress", "ingress: { enabled: false }"),
            Map.entry("ingress-nginx", "ingress: { controller: ingress-nginx, annotations: { a.example/b: c } }"),
            Map.entry("another controller", "ingress: { controller: none, className: '', tlsSecret: '' }"),
            Map.entry("no network policies", "networkPolicy: { enabled: false }"),
            Map.entry("no monitoring", """
                    monitoring: { serviceMonitor: { enabled: false }, prometheusRule: { enabled: false } }
                    networkPolicy: { prometheus: { from: [] } }
                    """),
            Map.entry("no ingress and no monitoring", """
                    ingress: { enabled: false }
                    monitoring: { serviceMonitor: { enabled: false }, prometheusRule: { enabled: false } }
                    networkPolicy: { prometheus: { from: [] }, ingressController: { from: [] } }
                    """),
            Map.entry("no budgets", "podDisruptionBudgets: { enabled: false }"),
            Map.entry("KEDA", "stateManager: { keda: { enabled: true, existingSecret: mobile-sync-keda } }"),
            Map.entry("autoscaling", "socketServer: { autoscaling: { enabled: true } }"),
            Map.entry("no autoscaling", "socketServer: { autoscaling: { enabled: false } }"),
            Map.entry("issuer", """
                    jwt: { existingSecret: '', issuerUri: 'https://id.example.com/realms/exam' }
                    networkPolicy: { issuer: { to: [{ ipBlock: { cidr: 10.30.0.0/24 } }] } }
                    """),
            Map.entry("Redis Cluster with TLS", """
                    redis: { clusterNodes: 'redis-0:6379,redis-1:6380', tls: true, existingSecret: '' }
                    rabbitmq: { tls: true, virtualHost: exam }
                    """),
            Map.entry("bodies in memory", "webServer: { bodies: { medium: Memory, disk: 256 } }"),
            Map.entry("no bodies on disk", "webServer: { bodies: { disk: 0 } }"),
            Map.entry("pods", """
                    image: { tag: 0.2.0, pullSecrets: [registry] }
                    podLabels: { team: exams, app.kubernetes.io/name: ignored }
                    podAnnotations: { a.example/b: c }
                    fullnameOverride: sync
                    env: { LOGGING_LEVEL_ROOT: warn }
                    webServer:
                      image: registry.example.com/web-server@sha256:0000
                      jvm: { maxRamPercentage: 60, options: ['-XX:+ExitOnOutOfMemoryError'] }
                      env: { LOGGING_LEVEL_ROOT: info }
                      scheduling:
                        priorityClassName: exams
                        nodeSelector: { pool: exams }
                        tolerations: [{ key: exams, operator: Exists }]
                    """));

    static Stream<List<String>> combinations() {
        return Stream.of(HelmChart.SMALL, HelmChart.LARGE)
                .flatMap(sizes -> SWITCHES.keySet().stream().sorted().map(values -> List.of(sizes, values)));
    }

    @ParameterizedTest
    @ValueSource(strings = {HelmChart.SMALL, HelmChart.LARGE})
    void passesLint(String sizes) {
        LintResult result = HelmChart.lint(sizes);
        assertThat(result.isFailed()).as("%s", result.getMessages()).isFalse();
    }

    /** {@link HelmManifests} parses each document. */
    @ParameterizedTest
    @MethodSource("combinations")
    void rendersValidDocuments(List<String> combination) {
        HelmManifests manifests =
                HelmChart.render(combination.get(0), String.valueOf(SWITCHES.get(combination.get(1))));
        assertThat(manifests.deployments()).containsOnlyKeys("web-server", "state-manager", "socket-server");
        assertThat(manifests.documents)
                .extracting(document -> document.get("kind") + "/"
                        + HelmManifests.asMap(document.get("metadata")).get("name"))
                .doesNotHaveDuplicates();
        manifests.all(NetworkPolicy.class).forEach(HelmChartTests::hasNoOpenRule);
    }

    /** A rule without peers would permit all of them. */
    private static void hasNoOpenRule(NetworkPolicy policy) {
        policy.getSpec().getIngress().forEach(rule -> assertThat(rule.getFrom()).isNotEmpty());
        policy.getSpec().getEgress().forEach(rule -> assertThat(rule.getTo()).isNotEmpty());
        policy.getSpec().getIngress().forEach(rule -> assertThat(rule.getPorts())
                .isNotEmpty());
        policy.getSpec().getEgress().forEach(rule -> assertThat(rule.getPorts()).isNotEmpty());
    }

    /** The check of {@link #rendersValidDocuments} itself: an unknown field at any place is an error. */
    @Test
    void rejectsUnknownFieldsInDocuments() {
        HelmManifests manifests = HelmChart.render(HelmChart.LARGE, String.valueOf(SWITCHES.get("KEDA")));
        int places = 0;
        List<Map<String, Object>> accepted = new ArrayList<>();
        for (Map<String, Object> document : manifests.documents) {
            for (Map<String, Object> changed : withUnknownField(document, "")) {
                places++;
                try {
                    HelmManifests.parse(changed);
                    accepted.add(changed);
                } catch (DatabindException e) {
                    assertThat(e).hasMessageContaining("unknownField");
                }
            }
        }
        assertThat(accepted).isEmpty();
        assertThat(places).isGreaterThan(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "webserver: { replicas: 2 }",
                "webServer: { replica: 2 }",
                "webServer: { replicas: 0 }",
                "webServer: { resources: { limit: { cpu: 1 } } }",
                "webServer: { env: { MOBILE_SYNC_JWT_SECRET: only-for-this-test } }",
                "env: { SPRING_RABBITMQ_PASSWORD: only-for-this-test }",
                "env: { MOBILE_SYNC_STORE_SECRET_KEY: only-for-this-test }",
                "env: { OTEL_EXPORTER_OTLP_HEADERS: only-for-this-test }",
                "env: { PATH: /bin }",
                "env: { MOBILE_SYNC_MAX_UPLOADS: 16 }",
                "socketServer: { env: { MOBILE_SYNC_SOCKET_QUEUE: broadcast_queue } }",
                "socketServer: { drainSeconds: 20 }",
                "rabbitmq: { addresses: 'amqp://user:only-for-this-test@rabbitmq:5672' }",
                "rabbitmq: { password: only-for-this-test }",
                "store: { endpoint: 's3.example.com' }",
                "ingress: { controller: nginx }",
                "ingress: { trustedProxies: [proxy.example.com] }",
                "fullnameOverride: a-name-that-is-longer-than-the-queue-of-a-pod-permits",
                "networkPolicy: { redis: { to: [{ cidr: 10.0.0.0/8 }] } }",
                "socketServer: { autoscaling: { enabled: true, maxReplicas: 1 } }",
                "stateManager: { keda: { enabled: true, existingSecret: a, maxReplicas: 1 } }",
            })
    void rejectsInvalidValues(String values) {
        assertThatThrownBy(() -> HelmChart.render(HelmChart.SMALL, values))
                .satisfies(error -> assertThat(error.getMessage())
                        .containsAnyOf("don't meet the specifications of the schema", "must be at least"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rabbitmq.addresses",
                "rabbitmq.existingSecret",
                "redis.host",
                "store.endpoint",
                "store.existingSecret",
                "jwt.existingSecret",
                "ingress.host",
                "ingress.trustedProxies",
                "networkPolicy.rabbitmq.to",
                "networkPolicy.redis.to",
                "networkPolicy.store.to",
                "networkPolicy.ingressController.from",
                "networkPolicy.prometheus.from",
            })
    void namesMissingValues(String key) {
        boolean isList = key.matches(".*(trustedProxies|to|from)");
        String[] names = key.split("\\.");
        String values = isList ? "[]" : "''";
        for (int i = names.length - 1; i >= 0; i--) {
            values = "{ " + names[i] + ": " + values + " }";
        }
        String missing = values;
        assertThatThrownBy(() -> HelmChart.render(HelmChart.SMALL, missing))
                .hasMessageContaining(key)
                .hasMessageContaining("is required");
    }

    /** Copies of the document, each with an unknown field in another of its objects with a fixed set of fields. */
    private static List<Map<String, Object>> withUnknownField(Map<String, Object> document, String path) {
        List<Map<String, Object>> copies = new ArrayList<>();
        boolean hasFixedFields = !path.matches(".*(labels|annotations|matchLabels|limits|requests)")
                && document.keySet().stream().noneMatch(key -> key.contains("/"));
        if (hasFixedFields) {
            Map<String, Object> changed = new LinkedHashMap<>(document);
            changed.put("unknownField", 1);
            copies.add(changed);
            document.forEach((key, value) -> nested(value)
                    .forEach(child -> withUnknownField(HelmManifests.asMap(child), path + "/" + key)
                            .forEach(changedChild -> {
                                Map<String, Object> copy = new LinkedHashMap<>(document);
                                copy.put(key, value instanceof List<?> ? List.of(changedChild) : changedChild);
                                copies.add(copy);
                            })));
        }
        return copies;
    }

    private static List<Map<?, ?>> nested(Object value) {
        if (value instanceof Map<?, ?> map) {
            return List.of(map);
        }
        return value instanceof List<?> list && !list.isEmpty() && list.get(0) instanceof Map<?, ?> first
                ? List.of(first)
                : List.of();
    }
}
