package dev.mobilesync.web.pages;

import dev.mobilesync.web.common.WebServerProperties;
import org.springframework.boot.web.server.MimeMappings;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.server.servlet.ConfigurableServletWebServerFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.MediaType;

@Configuration(proxyBeanMethods = false)
class PagesConfiguration {

    @Bean
    WebServerFactoryCustomizer<ConfigurableServletWebServerFactory> mimeTypes() {
        MimeMappings mappings = new MimeMappings();
        mappings.add("yaml", MediaType.APPLICATION_YAML_VALUE);
        // The types of mobile-sync.js. By default the extension means a video.
        mappings.add("ts", MediaType.TEXT_PLAIN_VALUE);
        return factory -> factory.addMimeMappings(mappings);
    }

    @Bean
    ContentSecurityPolicy contentSecurityPolicy(WebServerProperties properties) {
        return new ContentSecurityPolicy(properties.pages(), properties.allowedOrigins());
    }
}
