package dev.mobilesync.web.sweep;

import dev.mobilesync.service.lifecycle.JitteredScheduler;
import dev.mobilesync.service.publishing.ConfirmedPublisher;
import dev.mobilesync.web.common.WebServerProperties;
import dev.mobilesync.web.store.CaptureVersions;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.core.StringRedisTemplate;

/** The parts of the sweep. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(ReconciliationProperties.class)
class ReconciliationConfiguration {

    @Bean
    ReconciliationJob pictureSweeps(
            CaptureVersions pictures,
            StringRedisTemplate redis,
            ConfirmedPublisher publisher,
            WebServerProperties settings,
            ReconciliationProperties sweep,
            MeterRegistry meters,
            Clock clock) {
        Duration inHand = settings.answerWithin().multipliedBy(2);
        Sweeper sweeper = new Sweeper(pictures, redis, publisher, sweep.stateTtl(), inHand, clock);
        return new ReconciliationJob(sweeper, meters, sweep.sweepInterval());
    }

    @Bean
    JitteredScheduler sweepRounds(ReconciliationJob sweeps, ReconciliationProperties settings) {
        return new JitteredScheduler("sweep", settings.sweepInterval(), sweeps::sweep);
    }
}
