package dev.mobilesync.service.lifecycle;

import dev.mobilesync.service.properties.ServiceProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The drain period before shutdown. */
@Configuration(proxyBeanMethods = false)
public class LifecycleConfiguration {

    @Bean
    ReadinessDrain readinessDrain(ServiceProperties properties) {
        return new ReadinessDrain(properties.drainTime());
    }
}
