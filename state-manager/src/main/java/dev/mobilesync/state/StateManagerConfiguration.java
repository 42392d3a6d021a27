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

/** How the parts of this service are put together. */
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
    DeadlineStore deadlineSet(StringRedisTemplate redis) {
        return new DeadlineStore(redis);
    }

    @Bean
    RecordStore recordStore(
            StringRedisTemplate redis,
            SyncRecordReader reader,
            DeadlineStore deadlines,
            StateManagerProperties settings) {
        return new RecordStore(redis, reader, deadlines, settings.stateTtl());
    }

    @Bean
    ReplicationBarrier replicaAcks(LettuceConnectionFactory redis, StateManagerProperties settings) {
        return new ReplicationBarrier(redis, settings.replicaAcks(), settings.replicaTimeout());
    }

    @Bean
    StateService stateChanges(
            SyncRecordReader reader,
            RecordStore store,
            ReplicationBarrier replicas,
            ConfirmedPublisher publisher,
            RedisClock clock,
            StateManagerProperties settings) {
        return new StateService(
                reader, store, replicas, new SyncStateMachine(settings.syncTimeout()), publisher, clock);
    }

    @Bean
    RetryScheduler parking(ObservationRegistry observations, MeterRegistry meters, StateManagerProperties settings) {
        return new RetryScheduler(observations, meters, settings.stateChangeLimit(), settings.pauses());
    }

    @Bean
    StatusListener statusListener(
            StateService changes,
            ConfirmedPublisher publisher,
            RetryScheduler parking,
            MeterRegistry meters,
            Clock clock,
            StateManagerProperties settings) {
        return new StatusListener(
                changes, publisher, parking, meters, clock, settings.pauses().probe());
    }

    @Bean
    SimpleMessageListenerContainer statusContainer(
            SimpleRabbitListenerContainerFactory factory, StatusListener listener) {
        SimpleMessageListenerContainer container = factory.createListenerContainer();
        container.setListenerId("status");
        container.setQueueNames(AmqpNames.STATUS_QUEUE);
        container.setRecoveryInterval(LISTENER_RECOVERY_MILLIS);
        container.setMessageListener(listener);
        return container;
    }

    @Bean
    TimeoutProcessor deadlines(
            DeadlineStore deadlines,
            StateService changes,
            RedisClock clock,
            StateManagerProperties settings,
            MeterRegistry meters) {
        return new TimeoutProcessor(deadlines, changes, clock, settings.timeoutLease(), meters);
    }

    @Bean
    JitteredScheduler deadlineRounds(TimeoutProcessor deadlines, StateManagerProperties settings) {
        return new JitteredScheduler("deadlines", settings.pauses().deadlineScan(), deadlines::round);
    }

    @Bean
    StateReconciler waitSweep(
            StringRedisTemplate redis,
            SyncRecordReader reader,
            RecordStore store,
            DeadlineStore deadlines,
            MeterRegistry meters) {
        return new StateReconciler(redis, reader, store, deadlines, meters);
    }

    @Bean
    JitteredScheduler sweepRounds(StateReconciler sweep, StateManagerProperties settings) {
        return new JitteredScheduler("sweep", settings.sweepInterval(), sweep::round);
    }

    /** In health as {@code statusListener}: whether messages are being taken. */
    @Bean
    HealthIndicator statusListenerHealthIndicator(SimpleMessageListenerContainer statusContainer) {
        return () -> {
            int consumers = statusContainer.isRunning() ? statusContainer.getActiveConsumerCount() : 0;
            return (consumers > 0 ? Health.up() : Health.down())
                    .withDetail("consumers", consumers)
                    .build();
        };
    }

    /** Health and metrics for those who run it; nothing else is there. */
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
