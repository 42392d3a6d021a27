package dev.mobilesync.state.webhook;

import dev.mobilesync.service.lifecycle.JitteredTrigger;
import dev.mobilesync.service.publishing.ConfirmedPublisher;
import dev.mobilesync.state.StateManagerProperties;
import dev.mobilesync.state.WebhookProperties;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.springframework.amqp.core.AmqpAdmin;
import org.springframework.amqp.core.Declarables;
import org.springframework.amqp.rabbit.config.SimpleRabbitListenerContainerFactory;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.scheduling.config.TriggerTask;

@Configuration(proxyBeanMethods = false)
class WebhookConfiguration {

    private static final Duration SAMPLE_INTERVAL = Duration.ofSeconds(5);
    private static final String UNREAD_VARIABLE = "MOBILE_SYNC_WEBHOOK_ENDPOINTS_";

    WebhookConfiguration(ConfigurableEnvironment environment) {
        requireReadableVariables(environment);
    }

    /** Spring finds the entries of a map only under names without the prefix's hyphen; it ignores the others. */
    static void requireReadableVariables(ConfigurableEnvironment environment) {
        PropertySource<?> variables =
                environment.getPropertySources().get(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME);
        if (variables instanceof EnumerablePropertySource<?> names
                && Arrays.stream(names.getPropertyNames()).anyMatch(name -> name.startsWith(UNREAD_VARIABLE))) {
            throw new IllegalStateException(
                    UNREAD_VARIABLE + "… must be named MOBILESYNC_WEBHOOK_ENDPOINTS_…, without the first underscore");
        }
    }

    @Bean
    Declarables webhookTopology(StateManagerProperties properties) {
        return WebhookQueues.topology(properties.webhook());
    }

    @Bean
    WebhookMetrics webhookMetrics(StateManagerProperties properties, MeterRegistry meters, AmqpAdmin admin) {
        return new WebhookMetrics(meters, admin, WebhookEndpoint.all(properties.webhook()));
    }

    @Bean
    TriggerTask webhookQueueSample(WebhookMetrics webhookMetrics) {
        return new TriggerTask(webhookMetrics::sample, new JitteredTrigger(SAMPLE_INTERVAL));
    }

    @Bean
    WebhookSenders webhookSenders(
            StateManagerProperties properties,
            SimpleRabbitListenerContainerFactory factory,
            ConfirmedPublisher publisher,
            WebhookMetrics webhookMetrics,
            SslBundles sslBundles,
            Clock clock) {
        WebhookProperties webhook = properties.webhook();
        SSLContext ssl = sslContext(webhook, sslBundles);
        List<EndpointSender> senders = WebhookEndpoint.all(webhook).stream()
                .map(endpoint -> new EndpointSender(
                        endpoint, new WebhookClient(endpoint, webhook, ssl, clock), publisher, webhookMetrics, webhook))
                .toList();
        return new WebhookSenders(senders, factory, webhook.maxPending());
    }

    private static @Nullable SSLContext sslContext(WebhookProperties properties, SslBundles bundles) {
        return properties.sslBundle().isBlank()
                ? null
                : bundles.getBundle(properties.sslBundle()).createSslContext();
    }
}
