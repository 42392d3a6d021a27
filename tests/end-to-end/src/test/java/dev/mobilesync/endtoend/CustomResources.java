package dev.mobilesync.endtoend;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The fields that the chart uses of the resources of KEDA ({@code keda.sh/v1alpha1}) and of the Prometheus Operator
 * ({@code monitoring.coreos.com/v1}), as their documentation names them. The models of fabric8 contain neither.
 */
final class CustomResources {

    private CustomResources() {}

    record Metadata(String name, Map<String, String> labels) {}

    record ScaledObject(String apiVersion, String kind, Metadata metadata, ScaledObjectSpec spec) {}

    record ScaledObjectSpec(
            Target scaleTargetRef,
            int minReplicaCount,
            int maxReplicaCount,
            int pollingInterval,
            List<Trigger> triggers) {}

    record Target(String apiVersion, String kind, String name) {}

    record Trigger(String type, QueueLength metadata, AuthenticationRef authenticationRef) {}

    /** The metadata of a trigger of the type {@code rabbitmq}, all of which are strings. */
    record QueueLength(String protocol, String queueName, String mode, String value) {}

    record AuthenticationRef(String name) {}

    record TriggerAuthentication(String apiVersion, String kind, Metadata metadata, TriggerAuthenticationSpec spec) {}

    record TriggerAuthenticationSpec(List<SecretTargetRef> secretTargetRef) {}

    record SecretTargetRef(String parameter, String name, String key) {}

    record ServiceMonitor(String apiVersion, String kind, Metadata metadata, ServiceMonitorSpec spec) {}

    record ServiceMonitorSpec(
            String jobLabel, Selector selector, NamespaceSelector namespaceSelector, List<Endpoint> endpoints) {}

    record Selector(Map<String, String> matchLabels) {}

    record NamespaceSelector(List<String> matchNames) {}

    record Endpoint(String port, String path, String interval) {}

    record PrometheusRule(String apiVersion, String kind, Metadata metadata, PrometheusRuleSpec spec) {}

    record PrometheusRuleSpec(List<Group> groups) {}

    record Group(String name, List<Rule> rules) {}

    record Rule(
            String alert,
            String expr,
            @JsonProperty("for") @Nullable String pause,
            Map<String, String> labels,
            Map<String, String> annotations) {}
}
