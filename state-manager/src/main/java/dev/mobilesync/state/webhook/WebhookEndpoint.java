package dev.mobilesync.state.webhook;

import dev.mobilesync.messages.AmqpNames;
import dev.mobilesync.state.WebhookProperties;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * A receiver of state changes.
 *
 * @param name for queues, metrics and logs
 * @param queue its durable queue
 * @param plans whether it receives the changes of a plan
 */
record WebhookEndpoint(String name, String queue, URI url, WebhookSigner signer, Predicate<String> plans) {

    /** Returns the configured endpoints. */
    static List<WebhookEndpoint> all(WebhookProperties properties) {
        List<WebhookEndpoint> endpoints = new ArrayList<>();
        if (!properties.url().isBlank()) {
            Set<String> others = properties.listedPlans();
            endpoints.add(new WebhookEndpoint(
                    WebhookProperties.DEFAULT_ENDPOINT,
                    AmqpNames.WEBHOOK_QUEUE,
                    URI.create(properties.url()),
                    new WebhookSigner(properties.secret()),
                    plan -> !others.contains(plan)));
        }
        properties
                .endpoints()
                .forEach((name, endpoint) -> endpoints.add(new WebhookEndpoint(
                        name,
                        AmqpNames.WEBHOOK_QUEUE + "." + name,
                        URI.create(endpoint.url()),
                        new WebhookSigner(endpoint.secret()),
                        Set.copyOf(endpoint.plans())::contains)));
        return List.copyOf(endpoints);
    }

    /** The name only: the address may contain a secret. */
    @Override
    public String toString() {
        return name;
    }
}
