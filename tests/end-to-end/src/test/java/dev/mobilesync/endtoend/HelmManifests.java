package dev.mobilesync.endtoend;

import static java.util.Objects.requireNonNull;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.introspect.Annotated;
import tools.jackson.databind.introspect.JacksonAnnotationIntrospector;
import tools.jackson.databind.json.JsonMapper;

/**
 * The documents of a rendered chart, each parsed strictly as its kind: a field that the API of Kubernetes, of the Prometheus
 * Operator or of KEDA does not have is an error.
 */
final class HelmManifests {

    static final String COMPONENT = "app.kubernetes.io/component";

    private static final Map<String, Class<?>> KINDS = Map.ofEntries(
            Map.entry("v1/Service", Service.class),
            Map.entry("v1/ServiceAccount", ServiceAccount.class),
            Map.entry("apps/v1/Deployment", Deployment.class),
            Map.entry("policy/v1/PodDisruptionBudget", PodDisruptionBudget.class),
            Map.entry("autoscaling/v2/HorizontalPodAutoscaler", HorizontalPodAutoscaler.class),
            Map.entry("networking.k8s.io/v1/Ingress", Ingress.class),
            Map.entry("networking.k8s.io/v1/NetworkPolicy", NetworkPolicy.class),
            Map.entry("monitoring.coreos.com/v1/ServiceMonitor", ServiceMonitor.class),
            Map.entry("monitoring.coreos.com/v1/PrometheusRule", PrometheusRule.class),
            Map.entry("keda.sh/v1alpha1/ScaledObject", KedaResources.ScaledObject.class),
            Map.entry("keda.sh/v1alpha1/TriggerAuthentication", KedaResources.TriggerAuthentication.class));

    private static final ObjectMapper STRICT = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .annotationIntrospector(new WithoutAnySetters())
            .build();

    final String text;
    final List<Map<String, Object>> documents = new ArrayList<>();
    private final List<Object> objects;

    HelmManifests(String text) {
        this.text = text;
        for (Object document : yaml().loadAll(text)) {
            if (document != null) {
                documents.add(asMap(document));
            }
        }
        this.objects = documents.stream().map(HelmManifests::parse).toList();
    }

    /** Parses a document strictly as its kind. */
    static Object parse(Map<String, Object> document) {
        String kind = document.get("apiVersion") + "/" + document.get("kind");
        Class<?> type = KINDS.get(kind);
        if (type == null) {
            throw new IllegalArgumentException("unexpected kind " + kind);
        }
        return STRICT.convertValue(document, type);
    }

    <T> List<T> all(Class<T> kind) {
        return objects.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    <T> T only(Class<T> kind) {
        List<T> found = all(kind);
        if (found.size() != 1) {
            throw new IllegalStateException(found.size() + " documents of " + kind);
        }
        return found.get(0);
    }

    /** The deployments by the name of their service. */
    Map<String, Deployment> deployments() {
        Map<String, Deployment> deployments = new LinkedHashMap<>();
        for (Deployment deployment : all(Deployment.class)) {
            deployments.put(requireNonNull(podLabels(deployment).get(COMPONENT)), deployment);
        }
        return deployments;
    }

    Deployment deployment(String service) {
        return requireNonNull(deployments().get(service));
    }

    static Map<String, String> podLabels(Deployment deployment) {
        return deployment.getSpec().getTemplate().getMetadata().getLabels();
    }

    Service service(String name) {
        return all(Service.class).stream()
                .filter(service -> name.equals(service.getMetadata().getLabels().get(COMPONENT)))
                .findFirst()
                .orElseThrow();
    }

    static PodSpec pod(Deployment deployment) {
        return deployment.getSpec().getTemplate().getSpec();
    }

    static Container container(Deployment deployment) {
        return pod(deployment).getContainers().get(0);
    }

    /** The variables of a service with constant values. */
    Map<String, String> environment(String service) {
        Map<String, String> environment = new LinkedHashMap<>();
        for (EnvVar variable : container(deployment(service)).getEnv()) {
            if (variable.getValueFrom() == null) {
                environment.put(variable.getName(), variable.getValue());
            }
        }
        return environment;
    }

    static Map<String, Object> asMap(@Nullable Object document) {
        Map<String, Object> map = new LinkedHashMap<>();
        requireNonNull((Map<?, ?>) document).forEach((key, value) -> map.put(String.valueOf(key), value));
        return map;
    }

    static Yaml yaml() {
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        return new Yaml(options);
    }

    /** The classes of fabric8 collect unknown fields instead of rejecting them. */
    private static final class WithoutAnySetters extends JacksonAnnotationIntrospector {

        private static final long serialVersionUID = 1;

        @Override
        public Boolean hasAnySetter(MapperConfig<?> config, Annotated annotated) {
            return false;
        }
    }
}
