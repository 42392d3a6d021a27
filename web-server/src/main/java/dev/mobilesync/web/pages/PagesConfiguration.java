package dev.mobilesync.web.pages;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The parts of the pages that others need. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({PageProperties.class, FrameProperties.class})
class PagesConfiguration {

    @Bean
    ContentSecurityPolicy pagesPolicy(PageProperties settings, FrameProperties frames) {
        return new ContentSecurityPolicy(settings, frames.allowedOrigins());
    }
}
