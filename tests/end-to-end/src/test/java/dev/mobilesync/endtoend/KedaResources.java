package dev.mobilesync.endtoend;

import java.util.List;
import java.util.Map;

/**
 * The fields that the chart uses of the resources of KEDA ({@code keda.sh/v1alpha1}), as KEDA's documentation names them. The
 * models of fabric8 do not contain these resources.
 */
final class KedaResources {

    private KedaResources() {}

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
}
