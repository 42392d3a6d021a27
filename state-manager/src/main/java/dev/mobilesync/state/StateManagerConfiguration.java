package dev.mobilesync.state;

import dev.mobilesync.messages.Topology;
import dev.mobilesync.service.ConfirmedPublisher;
import dev.mobilesync.service.RecordReader;
import dev.mobilesync.service.Rounds;
import dev.mobilesync.service.ServiceConfiguration;
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
@EnableConfigurationProperties(StateManagerSettings.class)
class StateManagerConfiguration {

    private static final long LISTENER_RECOVERY_MILLIS = 1_000;

    @Bean
    RedisClock redisClock(Clock clock, StringRedisTemplate redis) {
        return new RedisClock(clock, redis);
    }

    @Bean
    DeadlineSet deadlineSet(StringRedisTemplate redis) {
        return new DeadlineSet(redis);
    }

    @Bean
    RecordStore recordStore(
            StringRedisTemplate redis, RecordReader reader, DeadlineSet deadlines, StateManagerSettings settings) {
        return new RecordStore(redis, reader, deadlines, settings.stateTtl());
    }

    @Bean
    ReplicaAcks replicaAcks(LettuceConnectionFactory redis, StateManagerSettings settings) {
        return new ReplicaAcks(redis, settings.replicaAcks(), settings.replicaTimeout());
    }

    @Bean
    StateChanges stateChanges(
            RecordReader reader,
            RecordStore store,
            ReplicaAcks replicas,
            ConfirmedPublisher publisher,
            RedisClock clock,
            StateManagerSettings settings) {
        return new StateChanges(reader, store, replicas, new Transition(settings.syncTimeout()), publisher, clock);
    }

    @Bean
    Parking parking(ObservationRegistry observations, MeterRegistry meters, StateManagerSettings settings) {
        return new Parking(observations, meters, settings.stateChangeLimit(), settings.pauses());
    }

    @Bean
    StatusListener statusListener(
            StateChanges changes,
            ConfirmedPublisher publisher,
            Parking parking,
            MeterRegistry meters,
            Clock clock,
            StateManagerSettings settings) {
        return new StatusListener(
                changes, publisher, parking, meters, clock, settings.pauses().probe());
    }

    @Bean
    SimpleMessageListenerContainer statusContainer(
            SimpleRabbitListenerContainerFactory factory, StatusListener listener) {
        SimpleMessageListenerContainer container = factory.createListenerContainer();
        container.setListenerId("status");
        container.setQueueNames(Topology.STATUS_QUEUE);
        container.setRecoveryInterval(LISTENER_RECOVERY_MILLIS);
        container.setMessageListener(listener);
        return container;
    }

    @Bean
    Deadlines deadlines(
            DeadlineSet deadlines,
            StateChanges changes,
            RedisClock clock,
            StateManagerSettings settings,
            MeterRegistry meters) {
        return new Deadlines(deadlines, changes, clock, settings.timeoutLease(), meters);
    }

    @Bean
    Rounds deadlineRounds(Deadlines deadlines, StateManagerSettings settings) {
        return new Rounds("deadlines", settings.pauses().deadlineScan(), deadlines::round);
    }

    @Bean
    WaitSweep waitSweep(
            StringRedisTemplate redis,
            RecordReader reader,
            RecordStore store,
            DeadlineSet deadlines,
            MeterRegistry meters) {
        return new WaitSweep(redis, reader, store, deadlines, meters);
    }

    @Bean
    Rounds sweepRounds(WaitSweep sweep, StateManagerSettings settings) {
        return new Rounds("sweep", settings.sweepInterval(), sweep::round);
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
