package dev.mobilesync.service;

import dev.mobilesync.service.http.HttpConfiguration;
import dev.mobilesync.service.lifecycle.LifecycleConfiguration;
import dev.mobilesync.service.properties.ServiceProperties;
import dev.mobilesync.service.publishing.PublishingConfiguration;
import dev.mobilesync.service.publishing.TopologyConfiguration;
import dev.mobilesync.service.ratelimit.RateLimitConfiguration;
import dev.mobilesync.service.redis.RedisConfiguration;
import dev.mobilesync.service.tracing.TracingConfiguration;
import java.time.Clock;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** Configuration that all services import. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(ServiceProperties.class)
@Import({
    HttpConfiguration.class,
    LifecycleConfiguration.class,
    PublishingConfiguration.class,
    TopologyConfiguration.class,
    RateLimitConfiguration.class,
    RedisConfiguration.class,
    TracingConfiguration.class
})
public class ServiceConfiguration {

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }
}
