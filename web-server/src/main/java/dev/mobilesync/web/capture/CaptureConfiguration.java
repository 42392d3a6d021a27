package dev.mobilesync.web.capture;

import dev.mobilesync.service.ConfirmedPublisher;
import dev.mobilesync.service.RecordReader;
import dev.mobilesync.web.common.WebSettings;
import dev.mobilesync.web.store.CaptureStore;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.servlet.MultipartConfigElement;
import java.time.Clock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.core.StringRedisTemplate;

/** The parts of uploads. */
@Configuration(proxyBeanMethods = false)
class CaptureConfiguration {

    /** What a body may have besides the picture: the metadata and the form's own words. */
    private static final long FORM_BYTES = 128 * 1024;

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

    /** Parts stay in memory: a picture never touches this machine's disk. */
    @Bean
    MultipartConfigElement multipartLimits(WebSettings settings) {
        long picture = settings.maxCaptureSize().toBytes();
        return new MultipartConfigElement("", picture, picture + FORM_BYTES, Math.toIntExact(picture + FORM_BYTES));
    }
}
