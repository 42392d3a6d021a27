package dev.mobilesync.web.retention;

import dev.mobilesync.service.lifecycle.JitteredTrigger;
import dev.mobilesync.web.common.WebServerProperties;
import dev.mobilesync.web.store.CaptureVersions;
import dev.mobilesync.web.store.RetentionHolds;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.scheduling.config.TriggerTask;

@Configuration(proxyBeanMethods = false)
class RetentionConfiguration {

    private static final Duration INTERVAL = Duration.ofHours(1);

    @Bean
    RetentionHolds retentionHolds(WebServerProperties properties) {
        return new RetentionHolds(properties.store());
    }

    @Bean
    RetentionJob retentionJob(
            CaptureVersions captures,
            RetentionHolds holds,
            StringRedisTemplate redis,
            WebServerProperties properties,
            MeterRegistry meters,
            Clock clock) {
        return new RetentionJob(new RetentionRun(captures, holds, redis, properties.pictureRetention(), clock), meters);
    }

    @Bean
    TriggerTask retention(RetentionJob job, WebServerProperties properties) {
        return new TriggerTask(
                job::runOnce, new JitteredTrigger(properties.pictureRetention().isZero() ? Duration.ZERO : INTERVAL));
    }
}
