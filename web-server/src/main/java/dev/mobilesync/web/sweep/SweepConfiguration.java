package dev.mobilesync.web.sweep;

import dev.mobilesync.service.ConfirmedPublisher;
import dev.mobilesync.service.Rounds;
import dev.mobilesync.web.common.WebSettings;
import dev.mobilesync.web.store.PictureVersions;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.core.StringRedisTemplate;

/** The parts of the sweep. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(SweepSettings.class)
class SweepConfiguration {

    @Bean
    PictureSweeps pictureSweeps(
            PictureVersions pictures,
            StringRedisTemplate redis,
            ConfirmedPublisher publisher,
            WebSettings settings,
            SweepSettings sweep,
            MeterRegistry meters,
            Clock clock) {
        Duration inHand = settings.answerWithin().multipliedBy(2);
        Sweeper sweeper = new Sweeper(pictures, redis, publisher, sweep.stateTtl(), inHand, clock);
        return new PictureSweeps(sweeper, meters, sweep.sweepInterval());
    }

    @Bean
    Rounds sweepRounds(PictureSweeps sweeps, SweepSettings settings) {
        return new Rounds("sweep", settings.sweepInterval(), sweeps::sweep);
    }
}
