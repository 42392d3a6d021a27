package dev.mobilesync.web.reconciliation;

import dev.mobilesync.service.lifecycle.JitteredTrigger;
import dev.mobilesync.service.publishing.ConfirmedPublisher;
import dev.mobilesync.web.common.WebServerProperties;
import dev.mobilesync.web.store.CaptureVersions;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.scheduling.config.TriggerTask;

@Configuration(proxyBeanMethods = false)
class ReconciliationConfiguration {

    @Bean
    ReconciliationJob reconciliationJob(
            CaptureVersions captures,
            StringRedisTemplate redis,
            ConfirmedPublisher publisher,
            WebServerProperties properties,
            MeterRegistry meters,
            Clock clock) {
        Duration minAge = properties.uploadResponseTimeout().multipliedBy(2);
        CaptureReconciliation reconciliation =
                new CaptureReconciliation(captures, redis, publisher, properties.stateTtl(), minAge, clock);
        return new ReconciliationJob(reconciliation, meters, properties.sweepInterval());
    }

    @Bean
    TriggerTask sweep(ReconciliationJob job, WebServerProperties properties) {
        return new TriggerTask(job::runOnce, new JitteredTrigger(properties.sweepInterval()));
    }
}
