package dev.mobilesync.web;

import dev.mobilesync.service.ConfirmedPublisher;
import dev.mobilesync.service.RecordReader;
import dev.mobilesync.service.Rounds;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.servlet.MultipartConfigElement;
import java.time.Clock;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.core.StringRedisTemplate;

/** The parts of this service. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({WebSettings.class, SweepSettings.class})
class WebConfiguration {

    private static final Logger log = LoggerFactory.getLogger(WebConfiguration.class);

    /** What a body may have besides the picture: the metadata and the form's own words. */
    private static final long FORM_BYTES = 128 * 1024;

    @Bean
    CaptureStore captureStore(WebSettings settings) {
        return new CaptureStore(settings.store(), settings.maxUploads());
    }

    /** A store that is away at the start is asked again when it is needed. */
    @Bean
    ApplicationRunner storePreparation(CaptureStore store, WebSettings settings) {
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
    FailureNotices failureNotices(ConfirmedPublisher publisher) {
        return new FailureNotices(publisher);
    }

    @Bean
    SharedTurns sharedTurns(StringRedisTemplate redis, WebSettings settings) {
        return new SharedTurns(redis, settings.answerWithin().multipliedBy(2), settings.maxUploads());
    }

    @Bean
    CaptureUpload captureUpload(
            WebSettings settings,
            CaptureStore store,
            SharedTurns turns,
            ConfirmedPublisher publisher,
            RecordReader records,
            FailureNotices notices,
            MeterRegistry meters,
            Clock clock) {
        return new CaptureUpload(settings, store, turns, publisher, records, notices, meters, clock);
    }

    @Bean
    PictureVersions pictureVersions(WebSettings settings) {
        return new PictureVersions(settings.store());
    }

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

    @Bean
    PlanBoard planBoard(StringRedisTemplate redis, RecordReader records) {
        return new PlanBoard(redis, records);
    }

    /** Parts stay in memory: a picture never touches this machine's disk. */
    @Bean
    MultipartConfigElement multipartLimits(WebSettings settings) {
        long picture = settings.maxCaptureSize().toBytes();
        return new MultipartConfigElement("", picture, picture + FORM_BYTES, Math.toIntExact(picture + FORM_BYTES));
    }
}
