package dev.mobilesync.state;

import dev.mobilesync.messages.AmqpNames;
import dev.mobilesync.service.ServiceConfiguration;
import dev.mobilesync.service.lifecycle.JitteredScheduler;
import dev.mobilesync.service.publishing.ConfirmedPublisher;
import dev.mobilesync.service.redis.SyncRecordReader;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import java.time.Clock;
import org.springframework.amqp.rabbit.config.SimpleRabbitListenerContainerFactory;
import org.springframework.amqp.rabbit.listener.SimpleMessageListenerContainer;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.security.autoconfigure.actuate.web.servlet.EndpointRequest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.web.SecurityFilterChain;

@Configuration(proxyBeanMethods = false)
@Import(ServiceConfiguration.class)
@EnableConfigurationProperties(StateManagerProperties.class)
class StateManagerConfiguration {

    private static final long LISTENER_RECOVERY_MILLIS = 1_000;

    @Bean
    RedisClock redisClock(Clock clock, StringRedisTemplate redis) {
        return new RedisClock(clock, redis);
    }

    @Bean
    DeadlineStore deadlineStore(StringRedisTemplate redis) {
        return new DeadlineStore(redis);
    }

    @Bean
    RecordStore recordStore(
            StringRedisTemplate redis,
            SyncRecordReader recordReader,
            DeadlineStore deadlineStore,
            StateManagerProperties properties) {
        return new RecordStore(redis, recordReader, deadlineStore, properties.stateTtl());
    }

    @Bean
    ReplicationBarrier replicationBarrier(LettuceConnectionFactory redis, StateManagerProperties properties) {
        return new ReplicationBarrier(redis, properties.replicaAcks(), properties.replicaTimeout());
    }

    @Bean
    StateService stateService(
            SyncRecordReader recordReader,
            RecordStore recordStore,
            ReplicationBarrier replicationBarrier,
            ConfirmedPublisher publisher,
            RedisClock clock,
            StateManagerProperties properties) {
        return new StateService(
                recordReader,
                recordStore,
                replicationBarrier,
                new SyncStateMachine(properties.syncTimeout()),
                publisher,
                clock);
    }

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
        container.setRecoveryInterval(LISTENER_RECOVERY_MILLIS);
        container.setMessageListener(statusListener);
        return container;
    }

    @Bean
    TimeoutProcessor timeoutProcessor(
            DeadlineStore deadlineStore,
            StateService stateService,
            RedisClock clock,
            StateManagerProperties properties,
            MeterRegistry meters) {
        return new TimeoutProcessor(deadlineStore, stateService, clock, properties.timeoutLease(), meters);
    }

    @Bean
    JitteredScheduler timeoutScheduler(TimeoutProcessor timeoutProcessor, StateManagerProperties properties) {
        return new JitteredScheduler("deadlines", properties.pauses().deadlineScan(), timeoutProcessor::runOnce);
    }

    @Bean
    StateReconciler stateReconciler(
            StringRedisTemplate redis,
            SyncRecordReader recordReader,
            RecordStore recordStore,
            DeadlineStore deadlineStore,
            MeterRegistry meters) {
        return new StateReconciler(redis, recordReader, recordStore, deadlineStore, meters);
    }

    @Bean
    JitteredScheduler reconciliationScheduler(StateReconciler stateReconciler, StateManagerProperties properties) {
        return new JitteredScheduler("reconciliation", properties.sweepInterval(), stateReconciler::runOnce);
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

    /** Permits health and metrics only. */
    @Bean
    SecurityFilterChain actuatorOnly(HttpSecurity http) {
        return http.authorizeHttpRequests(
                        requests -> requests.requestMatchers(EndpointRequest.to("health", "prometheus"))
                                .permitAll()
                                .anyRequest()
                                .denyAll())
                .csrf(AbstractHttpConfigurer::disable)
                .sessionManagement(sessions -> sessions.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                .build();
    }
}
