package dev.mobilesync.service;

import dev.mobilesync.messages.AmqpNames;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.resource.Delay;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.apache.catalina.core.StandardHost;
import org.springframework.amqp.core.AmqpAdmin;
import org.springframework.amqp.core.Declarables;
import org.springframework.amqp.core.FanoutExchange;
import org.springframework.amqp.core.Queue;
import org.springframework.amqp.core.QueueBuilder;
import org.springframework.amqp.rabbit.connection.ConnectionFactory;
import org.springframework.amqp.rabbit.core.RabbitAdmin;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.amqp.autoconfigure.ConnectionFactoryCustomizer;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.data.redis.autoconfigure.ClientResourcesBuilderCustomizer;
import org.springframework.boot.data.redis.autoconfigure.LettuceClientOptionsBuilderCustomizer;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.StringRedisTemplate;

/** What every service has: the declared topology, a publisher, a reader of records, and servers that fail fast. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({ServiceConfiguration.Settings.class, ReadinessDrain.Settings.class})
public class ServiceConfiguration {

    private static final int MAX_QUEUED_MESSAGES = 1_000_000;
    private static final int MAX_DEAD_LETTERS = 100_000;
    private static final int MAX_QUEUED_BYTES = 1 << 30;
    private static final int MAX_REDELIVERIES = 1_000;
    private static final int MAX_LOOKS_AT_DEAD_LETTERS = 1_000_000;
    private static final int MAX_REDIS_REQUESTS_IN_FLIGHT = 10_000;
    private static final Duration TOPOLOGY_CHECK_INTERVAL = Duration.ofSeconds(5);
    private static final Duration LONGEST_REDIS_RECONNECT_PAUSE = Duration.ofSeconds(2);

    /**
     * @param confirmTimeout how long a message may take until the broker has confirmed it
     */
    @ConfigurationProperties("mobile-sync.broker")
    public record Settings(@DefaultValue("3s") Duration confirmTimeout) {}

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }

    @Bean
    ConfirmedPublisher confirmedPublisher(
            ConnectionFactory connectionFactory, ObservationRegistry observations, Settings settings) {
        return new ConfirmedPublisher(connectionFactory, observations, settings.confirmTimeout());
    }

    @Bean
    ReadinessDrain drain(ReadinessDrain.Settings settings) {
        return new ReadinessDrain(settings);
    }

    @Bean
    SyncRecordReader recordReader(StringRedisTemplate redis, ObjectProvider<MeterRegistry> meters) {
        return new SyncRecordReader(redis, meters.getIfAvailable(CompositeMeterRegistry::new));
    }

    @Bean
    FilterRegistrationBean<PathParameterRejectionFilter> noPathParameters() {
        FilterRegistrationBean<PathParameterRejectionFilter> first =
                new FilterRegistrationBean<>(new PathParameterRejectionFilter());
        first.setOrder(Ordered.HIGHEST_PRECEDENCE);
        return first;
    }

    @Bean
    FilterRegistrationBean<OriginFilter> originFilter() {
        FilterRegistrationBean<OriginFilter> first = new FilterRegistrationBean<>(new OriginFilter());
        first.setOrder(Ordered.HIGHEST_PRECEDENCE + 1);
        return first;
    }

    /** What the container says no to by itself is answered as a problem, too. */
    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> problemsEverywhere() {
        return tomcat -> tomcat.addContextCustomizers(context -> {
            if (context.getParent() instanceof StandardHost host) {
                host.setErrorReportValveClass(ProblemReportValve.class.getName());
                host.getPipeline().addValve(new ProblemReportValve());
            }
        });
    }

    /** Also what the container itself answers: it is outside of everything else. */
    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> unreadBodies() {
        return tomcat -> tomcat.addEngineValves(new UnreadBodyValve());
    }

    @Bean
    RateLimiter rateLimiter(LettuceConnectionFactory redis) {
        return new RateLimiter(redis);
    }

    /**
     * The delivery limit is a second net: state-manager sends to the dead letters by itself. A full queue refuses what is
     * published, so that the sender knows.
     */
    @Bean
    Declarables mobileSyncTopology() {
        Queue statusQueue = QueueBuilder.durable(AmqpNames.STATUS_QUEUE)
                .quorum()
                .deadLetterExchange("")
                .deadLetterRoutingKey(AmqpNames.DEAD_LETTER_QUEUE)
                .withArgument("x-dead-letter-strategy", "at-least-once")
                .deliveryLimit(MAX_REDELIVERIES)
                .maxLength(MAX_QUEUED_MESSAGES)
                .maxLengthBytes(MAX_QUEUED_BYTES)
                .overflow(QueueBuilder.Overflow.rejectPublish)
                .build();
        // Without a limit of its own RabbitMQ 4 drops a dead letter that was looked at 20 times.
        Queue deadLetters = QueueBuilder.durable(AmqpNames.DEAD_LETTER_QUEUE)
                .quorum()
                .deliveryLimit(MAX_LOOKS_AT_DEAD_LETTERS)
                .maxLength(MAX_DEAD_LETTERS)
                .maxLengthBytes(MAX_QUEUED_BYTES)
                .overflow(QueueBuilder.Overflow.rejectPublish)
                .build();
        return new Declarables(statusQueue, deadLetters, new FanoutExchange(AmqpNames.BROADCAST_EXCHANGE));
    }

    /** Declares all that can be declared: {@link TopologyHealth} knows of the rest. */
    @Bean
    RabbitAdmin amqpAdmin(ConnectionFactory connectionFactory) {
        RabbitAdmin admin = new RabbitAdmin(connectionFactory);
        admin.setIgnoreDeclarationExceptions(true);
        return admin;
    }

    @Bean
    TopologyHealth topologyHealthIndicator(AmqpAdmin admin) {
        return new TopologyHealth(admin, TOPOLOGY_CHECK_INTERVAL);
    }

    /** A broker that accepts a connection and then says nothing is away, too. */
    @Bean
    ConnectionFactoryCustomizer rabbitTimeouts(Settings settings) {
        int limit = Math.toIntExact(settings.confirmTimeout().toMillis());
        return factory -> {
            factory.setHandshakeTimeout(limit);
            factory.setChannelRpcTimeout(limit);
            factory.setShutdownTimeout(limit);
        };
    }

    /** Looks for Redis again within seconds, however long it was away; Lettuce's own pause grows to half a minute. */
    @Bean
    ClientResourcesBuilderCustomizer redisReconnects() {
        return resources -> resources.reconnectDelay(() ->
                Delay.fullJitter(Duration.ofMillis(100), LONGEST_REDIS_RECONNECT_PAUSE, 100, TimeUnit.MILLISECONDS));
    }

    /** Commands fail at once while Redis is away, instead of piling up until it is back. */
    @Bean
    LettuceClientOptionsBuilderCustomizer lettuceOptions() {
        return builder -> builder.disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .requestQueueSize(MAX_REDIS_REQUESTS_IN_FLIGHT)
                .socketOptions(SocketOptions.builder()
                        .connectTimeout(Duration.ofSeconds(2))
                        .keepAlive(true)
                        .build());
    }
}
