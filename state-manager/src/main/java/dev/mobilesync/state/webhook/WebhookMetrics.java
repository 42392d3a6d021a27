package dev.mobilesync.state.webhook;

import static java.util.Objects.requireNonNull;

import dev.mobilesync.messages.AmqpNames;
import dev.mobilesync.state.WebhookProperties;
import dev.mobilesync.state.webhook.AttemptResult.AttemptOutcome;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.Timer;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.amqp.AmqpException;
import org.springframework.amqp.core.AmqpAdmin;
import org.springframework.amqp.core.QueueInformation;

/**
 * The metrics of webhooks, by endpoint. All of them exist from the start; without a configured endpoint, those of the
 * default one are 0.
 */
final class WebhookMetrics {

    private static final Logger log = LoggerFactory.getLogger(WebhookMetrics.class);

    private enum Gauges {
        QUEUE("queue.messages", "Messages in the queue of an endpoint that no instance has received"),
        PENDING("pending", "State changes that this instance has received and not delivered"),
        UNAVAILABLE("unavailable", "1 while an endpoint is called for single attempts only, otherwise 0");

        private final String name;
        private final String description;

        Gauges(String name, String description) {
            this.name = "mobile.sync.webhook." + name;
            this.description = description;
        }
    }

    private final MeterRegistry meters;
    private final AmqpAdmin admin;
    private final List<WebhookEndpoint> endpoints;
    private final Map<String, Map<AttemptOutcome, Timer>> attempts = new HashMap<>();
    private final Map<String, Counter> delivered = new HashMap<>();
    private final Map<String, Counter> deadLetters = new HashMap<>();
    /** Lengths of queues, as last read from the broker. */
    private volatile Map<String, Long> lengths = Map.of();

    WebhookMetrics(MeterRegistry meters, AmqpAdmin admin, List<WebhookEndpoint> endpoints) {
        this.meters = meters;
        this.admin = admin;
        this.endpoints = endpoints;
        boolean enabled = !endpoints.isEmpty();
        Gauge.builder(
                        "mobile.sync.webhook.dead.letters",
                        this,
                        metrics -> enabled ? metrics.length(AmqpNames.WEBHOOK_DEAD_LETTER_QUEUE) : 0)
                .description("Messages in webhook_queue.dlq")
                .register(meters);
        endpoints.forEach(endpoint -> {
            registerCounts(endpoint.name());
            gauge(Gauges.QUEUE, endpoint.name(), this, metrics -> metrics.length(endpoint.queue()));
        });
        if (!enabled) {
            registerCounts(WebhookProperties.DEFAULT_ENDPOINT);
            gauge(Gauges.QUEUE, WebhookProperties.DEFAULT_ENDPOINT, this, metrics -> 0);
            gauge(Gauges.PENDING, WebhookProperties.DEFAULT_ENDPOINT, this, metrics -> 0);
            gauge(Gauges.UNAVAILABLE, WebhookProperties.DEFAULT_ENDPOINT, this, metrics -> 0);
            ageGauge(WebhookProperties.DEFAULT_ENDPOINT, this, metrics -> 0);
        }
    }

    private void registerCounts(String endpoint) {
        Map<AttemptOutcome, Timer> byOutcome = new EnumMap<>(AttemptOutcome.class);
        for (AttemptOutcome outcome : AttemptOutcome.values()) {
            byOutcome.put(
                    outcome,
                    Timer.builder("mobile.sync.webhook.attempts")
                            .description("Requests to webhook endpoints")
                            .tags(
                                    "endpoint",
                                    endpoint,
                                    "outcome",
                                    outcome.name().toLowerCase(Locale.ROOT))
                            .register(meters));
        }
        attempts.put(endpoint, byOutcome);
        delivered.put(endpoint, counter(endpoint, "delivered"));
        deadLetters.put(endpoint, counter(endpoint, "dead_letter"));
    }

    private Counter counter(String endpoint, String outcome) {
        return Counter.builder("mobile.sync.webhook.deliveries")
                .description("State changes by the end of their delivery")
                .tags("endpoint", endpoint, "outcome", outcome)
                .register(meters);
    }

    private <T> void gauge(Gauges gauge, String endpoint, T source, ToDoubleFunction<T> value) {
        Gauge.builder(gauge.name, source, value)
                .description(gauge.description)
                .tag("endpoint", endpoint)
                .strongReference(true)
                .register(meters);
    }

    private <T> void ageGauge(String endpoint, T source, ToDoubleFunction<T> millis) {
        TimeGauge.builder("mobile.sync.webhook.oldest.age", source, TimeUnit.MILLISECONDS, millis)
                .description(
                        "Age of the oldest state change that this instance has not delivered, since it was published")
                .tag("endpoint", endpoint)
                .strongReference(true)
                .register(meters);
    }

    /** Registers what an instance knows about an endpoint. */
    void register(String endpoint, PendingChanges pendingChanges, EndpointAvailability availability) {
        gauge(Gauges.PENDING, endpoint, pendingChanges, PendingChanges::size);
        gauge(Gauges.UNAVAILABLE, endpoint, availability, each -> each.isAvailable() ? 0 : 1);
        ageGauge(endpoint, pendingChanges, each -> each.timeSinceOldestPublished()
                .toMillis());
    }

    void recordAttempt(String endpoint, AttemptOutcome outcome, long nanos) {
        requireNonNull(requireNonNull(attempts.get(endpoint)).get(outcome)).record(nanos, TimeUnit.NANOSECONDS);
    }

    void countDelivered(String endpoint) {
        requireNonNull(delivered.get(endpoint)).increment();
    }

    void countDeadLetter(String endpoint) {
        requireNonNull(deadLetters.get(endpoint)).increment();
    }

    /** Reads the lengths of the queues from the broker. Does not throw. */
    void sample() {
        Map<String, Long> read = new HashMap<>();
        endpoints.forEach(endpoint -> read(endpoint.queue(), read));
        if (!endpoints.isEmpty()) {
            read(AmqpNames.WEBHOOK_DEAD_LETTER_QUEUE, read);
        }
        lengths = read;
    }

    private void read(String queue, Map<String, Long> read) {
        try {
            @Nullable QueueInformation information = admin.getQueueInfo(queue);
            if (information != null) {
                read.put(queue, information.getMessageCount());
            }
        } catch (AmqpException e) {
            log.debug("the length of {} is unknown", queue, e);
        }
    }

    private double length(String queue) {
        Long length = lengths.get(queue);
        return length == null ? Double.NaN : length;
    }
}
