package dev.mobilesync.state.listener;

import dev.mobilesync.messages.AmqpNames;
import dev.mobilesync.service.publishing.ConfirmedPublisher;
import dev.mobilesync.state.StateManagerProperties;
import dev.mobilesync.state.transition.StateService;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import java.time.Clock;
import org.springframework.amqp.rabbit.config.SimpleRabbitListenerContainerFactory;
import org.springframework.amqp.rabbit.listener.SimpleMessageListenerContainer;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class ListenerConfiguration {

    private static final long RECOVERY_INTERVAL_MILLIS = 1_000;

    @Bean
    StatusProcessor statusProcessor(
            StateService stateService,
            ConfirmedPublisher publisher,
            MeterRegistry meters,
            Clock clock,
            StateManagerProperties properties) {
        return new StatusProcessor(
                stateService, publisher, meters, clock, properties.pauses().probe());
    }

    @Bean
    RetryScheduler retryScheduler(
            StatusProcessor statusProcessor, MeterRegistry meters, StateManagerProperties properties) {
        return new RetryScheduler(statusProcessor, meters, properties.stateChangeLimit(), properties.pauses());
    }

    @Bean
    StatusListener statusListener(
            SimpleMessageListenerContainer statusContainer,
            StatusProcessor statusProcessor,
            RetryScheduler retryScheduler,
            ObservationRegistry observations) {
        return new StatusListener(statusContainer, statusProcessor, retryScheduler, observations);
    }

    @Bean
    SimpleMessageListenerContainer statusContainer(SimpleRabbitListenerContainerFactory factory) {
        SimpleMessageListenerContainer container = factory.createListenerContainer();
        container.setListenerId(StatusListener.ID);
        container.setQueueNames(AmqpNames.STATUS_QUEUE);
        container.setRecoveryInterval(RECOVERY_INTERVAL_MILLIS);
        // MessageTrace observes the messages whose trace is sampled.
        container.setObservationEnabled(false);
        container.setMicrometerEnabled(false);
        return container;
    }

    /** Health component {@code statusListener}: whether messages are consumed. */
    @Bean
    HealthIndicator statusListenerHealthIndicator(
            SimpleMessageListenerContainer statusContainer, StatusListener statusListener) {
        return () -> {
            int consumers = statusContainer.isRunning() ? statusContainer.getActiveConsumerCount() : 0;
            return (consumers > 0 && statusListener.isRunning() ? Health.up() : Health.down())
                    .withDetail("consumers", consumers)
                    .build();
        };
    }
}
