package dev.mobilesync.admin.command;

import dev.mobilesync.service.properties.ServiceProperties;
import dev.mobilesync.service.publishing.PublishingConfiguration;
import io.micrometer.observation.ObservationRegistry;
import java.time.Clock;
import org.springframework.boot.amqp.autoconfigure.RabbitAutoConfiguration;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.context.ConfigurationPropertiesAutoConfiguration;
import org.springframework.boot.autoconfigure.context.PropertyPlaceholderAutoConfiguration;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/** The connection to the broker, with a publisher. It declares nothing. */
@ImportAutoConfiguration({
    ConfigurationPropertiesAutoConfiguration.class,
    PropertyPlaceholderAutoConfiguration.class,
    SslAutoConfiguration.class,
    RabbitAutoConfiguration.class
})
@Import(PublishingConfiguration.class)
@EnableConfigurationProperties(ServiceProperties.class)
public class AdminBrokerConfiguration {

    @Bean
    ObservationRegistry observations() {
        return ObservationRegistry.NOOP;
    }

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }
}
