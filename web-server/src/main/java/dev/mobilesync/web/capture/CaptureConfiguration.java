package dev.mobilesync.web.capture;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.service.publishing.ConfirmedPublisher;
import dev.mobilesync.service.redis.SyncRecordReader;
import dev.mobilesync.web.body.BodyRoute;
import dev.mobilesync.web.common.TimeLimitedLookup;
import dev.mobilesync.web.common.WebServerProperties;
import dev.mobilesync.web.pairing.DeviceBindings;
import dev.mobilesync.web.store.CaptureStore;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.http.HttpMethod;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;

/** The parts of uploads. */
@Configuration(proxyBeanMethods = false)
class CaptureConfiguration {

    /** What a body may have besides the picture: the metadata and the form's own words. */
    private static final long FORM_BYTES = 128 * 1024;

    /** More than there are request threads: each asks once before and once after a body. */
    private static final int MAX_LOOKUPS = 1_000;

    @Bean
    UploadSlots uploadSlots(WebServerProperties settings) {
        return new UploadSlots(settings.maxUploads());
    }

    @Bean
    BodyRoute uploadRoute(WebServerProperties settings, DeviceBindings devices, UploadSlots slots) {
        return new BodyRoute(
                PathPatternRequestMatcher.pathPattern(HttpMethod.POST, CaptureController.UPLOADS),
                BodyRoute.Store.UPLOADS,
                settings.maxCaptureSize().toBytes() + FORM_BYTES,
                ErrorCode.CAPTURE_TOO_LARGE,
                ErrorCode.CAPTURE_TRANSFER_FAILED,
                new UploadAdmission(settings, devices, slots));
    }

    @Bean
    FailurePublisher failureNotices(ConfirmedPublisher publisher) {
        return new FailurePublisher(publisher);
    }

    @Bean
    DistributedUploadLock sharedTurns(StringRedisTemplate redis, WebServerProperties settings) {
        // The last that an upload asks of the store may go on for the store's own time.
        Duration longest = settings.answerWithin().plus(settings.store().timeout());
        return new DistributedUploadLock(redis, longest.plusSeconds(1), settings.maxUploads());
    }

    @Bean
    TimeLimitedLookup briefLookup() {
        return new TimeLimitedLookup(MAX_LOOKUPS);
    }

    @Bean
    RetakeLookup retakes(SyncRecordReader records, TimeLimitedLookup lookup) {
        return new RetakeLookup(records, lookup);
    }

    @Bean
    UploadAudit uploadAudit() {
        return new UploadAudit();
    }

    @Bean
    CaptureUpload captureUpload(
            WebServerProperties settings,
            CaptureStore store,
            DistributedUploadLock turns,
            ConfirmedPublisher publisher,
            RetakeLookup retakes,
            FailurePublisher notices,
            MeterRegistry meters,
            Clock clock) {
        return new CaptureUpload(settings, store, turns, publisher, retakes, notices, meters, clock);
    }
}
