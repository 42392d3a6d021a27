package dev.mobilesync.web.store;

import dev.mobilesync.web.common.TimeLimit;
import dev.mobilesync.web.common.WebServerProperties;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class StoreConfiguration {

    private static final Logger log = LoggerFactory.getLogger(StoreConfiguration.class);
    private static final Duration HEALTH_TIMEOUT = Duration.ofSeconds(1);

    @Bean
    CaptureStore captureStore(WebServerProperties properties, MeterRegistry meters) {
        return new CaptureStore(properties.store(), properties.maxUploads(), meters);
    }

    /** A failure does not stop the start, because each upload ensures the bucket too. */
    @Bean
    ApplicationRunner bucketInitializer(CaptureStore store, WebServerProperties properties) {
        return arguments -> {
            try {
                store.ensureBucket(TimeLimit.in(properties.uploadResponseTimeout()));
            } catch (StoreFailedException e) {
                log.warn("the object store is unavailable at startup: {}", e.getMessage());
            }
        };
    }

    /** Sends a request for each health check. */
    @Bean
    HealthIndicator storeHealthIndicator(CaptureStore store) {
        return () -> {
            try {
                store.ping(TimeLimit.in(HEALTH_TIMEOUT));
                return Health.up().build();
            } catch (StoreFailedException e) {
                return Health.down()
                        .withDetail("reason", String.valueOf(e.getMessage()))
                        .build();
            }
        };
    }

    @Bean
    CaptureVersions captureVersions(WebServerProperties properties) {
        return new CaptureVersions(properties.store());
    }
}
