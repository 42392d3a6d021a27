package dev.mobilesync.service.lifecycle;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The drain period before shutdown. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(DrainProperties.class)
public class LifecycleConfiguration {

    @Bean
    ReadinessDrain readinessDrain(DrainProperties properties) {
        return new ReadinessDrain(properties.drainTime());
    }
}
