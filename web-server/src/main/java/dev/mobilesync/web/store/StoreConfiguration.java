package dev.mobilesync.web.store;

import dev.mobilesync.web.common.Deadline;
import dev.mobilesync.web.common.WebServerProperties;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The parts of the object store. */
@Configuration(proxyBeanMethods = false)
class StoreConfiguration {

    private static final Logger log = LoggerFactory.getLogger(StoreConfiguration.class);

    @Bean
    CaptureStore captureStore(WebServerProperties settings) {
        return new CaptureStore(settings.store(), settings.maxUploads());
    }

    /** A store that is away at the start is asked again when it is needed. */
    @Bean
    ApplicationRunner storePreparation(CaptureStore store, WebServerProperties settings) {
        return arguments -> {
            try {
                store.prepare(Deadline.in(settings.answerWithin()));
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
    CaptureVersions pictureVersions(WebServerProperties settings) {
        return new CaptureVersions(settings.store());
    }
}
