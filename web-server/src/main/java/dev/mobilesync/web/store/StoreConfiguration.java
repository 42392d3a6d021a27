package dev.mobilesync.web.store;

import dev.mobilesync.web.common.Deadline;
import dev.mobilesync.web.common.WebServerProperties;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Beans of the object store. */
@Configuration(proxyBeanMethods = false)
class StoreConfiguration {

    private static final Logger log = LoggerFactory.getLogger(StoreConfiguration.class);

    @Bean
    CaptureStore captureStore(WebServerProperties properties) {
        return new CaptureStore(properties.store(), properties.maxUploads());
    }

    /** Does not fail the start: the bucket is ensured again when it is needed. */
    @Bean
    ApplicationRunner bucketInitializer(CaptureStore store, WebServerProperties properties) {
        return arguments -> {
            try {
                store.ensureBucket(Deadline.in(properties.answerWithin()));
            } catch (StoreFailedException e) {
                log.warn("the object store is not ready yet: {}", e.getMessage());
            }
        };
    }

    @Bean
    HealthIndicator storeHealthIndicator(CaptureStore store) {
        return new StoreHealth(store);
    }

    @Bean
    CaptureVersions captureVersions(WebServerProperties properties) {
        return new CaptureVersions(properties.store());
    }
}
