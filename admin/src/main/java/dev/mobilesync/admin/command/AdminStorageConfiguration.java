package dev.mobilesync.admin.command;

import dev.mobilesync.web.common.WebServerProperties;
import dev.mobilesync.web.store.CaptureVersions;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.context.ConfigurationPropertiesAutoConfiguration;
import org.springframework.boot.autoconfigure.context.PropertyPlaceholderAutoConfiguration;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.context.annotation.Bean;

/** The connections to Redis and to the object store. */
@ImportAutoConfiguration({
    ConfigurationPropertiesAutoConfiguration.class,
    PropertyPlaceholderAutoConfiguration.class,
    SslAutoConfiguration.class,
    DataRedisAutoConfiguration.class
})
@EnableConfigurationProperties(WebServerProperties.class)
public class AdminStorageConfiguration {

    @Bean
    CaptureVersions captures(WebServerProperties properties) {
        return new CaptureVersions(properties.store());
    }
}
