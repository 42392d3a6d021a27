package dev.mobilesync.web.capture;

import dev.mobilesync.service.ConfirmedPublisher;
import dev.mobilesync.service.RecordReader;
import dev.mobilesync.web.common.BriefLookup;
import dev.mobilesync.web.common.WebSettings;
import dev.mobilesync.web.store.CaptureStore;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.servlet.MultipartConfigElement;
import java.time.Clock;
import java.time.Duration;
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
        // The last that an upload asks of the store may go on for the store's own time.
        Duration longest = settings.answerWithin().plus(settings.store().timeout());
        return new SharedTurns(redis, longest.plusSeconds(1), settings.maxUploads());
    }

    @Bean
    BriefLookup briefLookup(WebSettings settings) {
        return new BriefLookup(settings.maxUploads());
    }

    @Bean
    Retakes retakes(RecordReader records, BriefLookup lookup) {
        return new Retakes(records, lookup);
    }

    @Bean
    UploadAudit uploadAudit() {
        return new UploadAudit();
    }

    @Bean
    CaptureUpload captureUpload(
            WebSettings settings,
            CaptureStore store,
            SharedTurns turns,
            ConfirmedPublisher publisher,
            Retakes retakes,
            FailureNotices notices,
            MeterRegistry meters,
            Clock clock) {
        return new CaptureUpload(settings, store, turns, publisher, retakes, notices, meters, clock);
    }

    /** Parts stay in memory: a picture never touches this machine's disk. */
    @Bean
    MultipartConfigElement multipartLimits(WebSettings settings) {
        long picture = settings.maxCaptureSize().toBytes();
        return new MultipartConfigElement("", picture, picture + FORM_BYTES, Math.toIntExact(picture + FORM_BYTES));
    }
}
