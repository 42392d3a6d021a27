package dev.mobilesync.web.pages;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The parts of the pages that others need. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({PageSettings.class, FrameSettings.class})
class PagesConfiguration {

    @Bean
    PagesPolicy pagesPolicy(PageSettings settings, FrameSettings frames) {
        return new PagesPolicy(settings, frames.allowedOrigins());
    }
}
