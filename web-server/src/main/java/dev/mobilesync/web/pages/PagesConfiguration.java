package dev.mobilesync.web.pages;

import dev.mobilesync.web.common.WebServerProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class PagesConfiguration {

    @Bean
    ContentSecurityPolicy contentSecurityPolicy(WebServerProperties properties) {
        return new ContentSecurityPolicy(properties.pages(), properties.allowedOrigins());
    }
}
