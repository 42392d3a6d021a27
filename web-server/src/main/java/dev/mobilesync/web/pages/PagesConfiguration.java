package dev.mobilesync.web.pages;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({PageProperties.class, FrameProperties.class})
class PagesConfiguration {

    @Bean
    ContentSecurityPolicy contentSecurityPolicy(PageProperties properties, FrameProperties frames) {
        return new ContentSecurityPolicy(properties, frames.allowedOrigins());
    }
}
