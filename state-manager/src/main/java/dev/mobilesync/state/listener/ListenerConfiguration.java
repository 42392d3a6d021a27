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
    RetryScheduler retryScheduler(
            ObservationRegistry observations, MeterRegistry meters, StateManagerProperties properties) {
        return new RetryScheduler(observations, meters, properties.stateChangeLimit(), properties.pauses());
    }

    @Bean
    StatusListener statusListener(
            StateService stateService,
            ConfirmedPublisher publisher,
            RetryScheduler retryScheduler,
            MeterRegistry meters,
            Clock clock,
            StateManagerProperties properties) {
        return new StatusListener(
                stateService,
                publisher,
                retryScheduler,
                meters,
                clock,
                properties.pauses().probe());
    }

    @Bean
    SimpleMessageListenerContainer statusContainer(
            SimpleRabbitListenerContainerFactory factory, StatusListener statusListener) {
        SimpleMessageListenerContainer container = factory.createListenerContainer();
        container.setListenerId("status");
        container.setQueueNames(AmqpNames.STATUS_QUEUE);
        container.setRecoveryInterval(RECOVERY_INTERVAL_MILLIS);
        container.setMessageListener(statusListener);
        return container;
    }

    /** Health component {@code statusListener}: whether messages are consumed. */
    @Bean
    HealthIndicator statusListenerHealthIndicator(SimpleMessageListenerContainer statusContainer) {
        return () -> {
            int consumers = statusContainer.isRunning() ? statusContainer.getActiveConsumerCount() : 0;
            return (consumers > 0 ? Health.up() : Health.down())
                    .withDetail("consumers", consumers)
                    .build();
        };
    }
}
