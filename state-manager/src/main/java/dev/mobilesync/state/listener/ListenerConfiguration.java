package dev.mobilesync.state.listener;

import dev.mobilesync.messages.AmqpNames;
import dev.mobilesync.messages.MessageType;
import dev.mobilesync.service.lifecycle.JitteredTrigger;
import dev.mobilesync.service.publishing.ConfirmedPublisher;
import dev.mobilesync.service.publishing.PublishedTypes;
import dev.mobilesync.service.resilience.JitteredBackOff;
import dev.mobilesync.service.tracing.TraceSpans;
import dev.mobilesync.state.StateManagerProperties;
import dev.mobilesync.state.transition.StateService;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.observation.ObservationRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumSet;
import java.util.concurrent.TimeUnit;
import org.springframework.amqp.core.AmqpAdmin;
import org.springframework.amqp.rabbit.config.SimpleRabbitListenerContainerFactory;
import org.springframework.amqp.rabbit.listener.SimpleMessageListenerContainer;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.config.TriggerTask;

@Configuration(proxyBeanMethods = false)
class ListenerConfiguration {

    private static final long RECOVERY_INTERVAL_MILLIS = 1_000;
    private static final Duration SAMPLE_INTERVAL = Duration.ofSeconds(5);

    /** Broadcasts, and messages that become dead letters. */
    @Bean
    PublishedTypes publishedTypes() {
        return new PublishedTypes(EnumSet.of(
                MessageType.MOBILE_SYNC_WAITING,
                MessageType.MOBILE_SYNC_PAIRED,
                MessageType.MOBILE_SYNC_COMPLETED,
                MessageType.MOBILE_SYNC_FAILED,
                MessageType.MOBILE_SYNC_TIMEOUT,
                MessageType.MOBILE_SYNC_WAIT,
                MessageType.MOBILE_SYNC_STATUS,
                MessageType.MOBILE_SYNC_ORDER));
    }

    @Bean
    QueueSampler queueSampler(AmqpAdmin admin, MeterRegistry meters) {
        return new QueueSampler(admin, meters);
    }

    @Bean
    TriggerTask queueSample(QueueSampler queueSampler) {
        return new TriggerTask(queueSampler::sample, new JitteredTrigger(SAMPLE_INTERVAL));
    }

    @Bean
    StatusQueueProcessor statusQueueProcessor(
            StateService stateService,
            ConfirmedPublisher publisher,
            MeterRegistry meters,
            Clock clock,
            ObjectProvider<StateChangeFaultInjector> faultInjector,
            StateManagerProperties properties) {
        return new StatusQueueProcessor(
                stateService,
                publisher,
                meters,
                clock,
                faultInjector.getIfAvailable(() -> examinee -> false),
                properties.circuitProbeInterval());
    }

    @Bean
    RetryScheduler retryScheduler(
            StatusQueueProcessor statusQueueProcessor, MeterRegistry meters, StateManagerProperties properties) {
        return new RetryScheduler(
                statusQueueProcessor,
                meters,
                properties.stateChangeNotifyAfter(),
                new JitteredBackOff(properties.retryInitialInterval(), properties.retryMaxInterval()));
    }

    @Bean
    StatusQueueListener statusQueueListener(
            SimpleMessageListenerContainer statusQueueContainer,
            StatusQueueProcessor statusQueueProcessor,
            RetryScheduler retryScheduler,
            TraceSpans spans,
            ObservationRegistry observations,
            MeterRegistry meters) {
        StatusQueueListener listener = new StatusQueueListener(
                statusQueueContainer, statusQueueProcessor, retryScheduler, spans, observations);
        TimeGauge.builder(
                        "mobile.sync.oldest.message.age",
                        listener,
                        TimeUnit.MILLISECONDS,
                        each -> each.timeSinceOldestPublished().toMillis())
                .description(
                        "Age of the oldest message that this instance has not acknowledged, since it was published")
                .register(meters);
        return listener;
    }

    @Bean
    SimpleMessageListenerContainer statusQueueContainer(SimpleRabbitListenerContainerFactory factory) {
        SimpleMessageListenerContainer container = factory.createListenerContainer();
        container.setListenerId(StatusQueueListener.ID);
        container.setQueueNames(AmqpNames.STATUS_QUEUE);
        container.setRecoveryInterval(RECOVERY_INTERVAL_MILLIS);
        container.setPhase(StatusQueueListener.PHASE);
        // MessageTrace observes the messages whose trace is recorded.
        container.setObservationEnabled(false);
        container.setMicrometerEnabled(false);
        return container;
    }

    /** Health component {@code statusQueueListener}: whether messages are consumed. */
    @Bean
    HealthIndicator statusQueueListenerHealthIndicator(
            SimpleMessageListenerContainer statusQueueContainer, StatusQueueListener statusQueueListener) {
        return () -> {
            int consumers = statusQueueContainer.isRunning() ? statusQueueContainer.getActiveConsumerCount() : 0;
            return (consumers > 0 && statusQueueListener.isRunning() ? Health.up() : Health.down())
                    .withDetail("consumers", consumers)
                    .build();
        };
    }
}
