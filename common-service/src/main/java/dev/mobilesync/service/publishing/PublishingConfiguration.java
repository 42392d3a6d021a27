package dev.mobilesync.service.publishing;

import dev.mobilesync.service.properties.ServiceProperties;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import java.util.Set;
import org.springframework.amqp.rabbit.connection.ConnectionFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.amqp.autoconfigure.ConnectionFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** RabbitMQ: the publisher and timeouts. */
@Configuration(proxyBeanMethods = false)
public class PublishingConfiguration {

    @Bean
    ConfirmedPublisher confirmedPublisher(
            ConnectionFactory connectionFactory,
            ObservationRegistry observations,
            ObjectProvider<MeterRegistry> meters,
            ObjectProvider<PublishedTypes> publishedTypes,
            ServiceProperties properties) {
        return new ConfirmedPublisher(
                connectionFactory,
                observations,
                meters.getIfAvailable(CompositeMeterRegistry::new),
                publishedTypes
                        .getIfAvailable(() -> new PublishedTypes(Set.of()))
                        .types(),
                properties.broker().confirmTimeout());
    }

    @Bean
    ConnectionFactoryCustomizer rabbitTimeouts(ServiceProperties properties) {
        return timeouts(properties);
    }

    /** Limits the wait for a broker that accepts connections but does not respond. */
    public static ConnectionFactoryCustomizer timeouts(ServiceProperties properties) {
        int timeout = Math.toIntExact(properties.broker().confirmTimeout().toMillis());
        return factory -> {
            factory.setHandshakeTimeout(timeout);
            factory.setChannelRpcTimeout(timeout);
            factory.setShutdownTimeout(timeout);
        };
    }
}
