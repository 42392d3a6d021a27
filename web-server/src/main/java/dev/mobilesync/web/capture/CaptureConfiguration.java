package dev.mobilesync.web.capture;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.service.publishing.ConfirmedPublisher;
import dev.mobilesync.service.redis.SyncRecordReader;
import dev.mobilesync.web.body.BodyRoute;
import dev.mobilesync.web.common.TimeLimitedLookup;
import dev.mobilesync.web.common.WebServerProperties;
import dev.mobilesync.web.pairing.DeviceBindings;
import dev.mobilesync.web.store.CaptureStore;
import java.time.Clock;
import java.time.Duration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.http.HttpMethod;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;

/** Beans of uploads. */
@Configuration(proxyBeanMethods = false)
class CaptureConfiguration {

    /** The metadata, and the form's boundaries and headers. */
    private static final long FORM_BYTES = 128 * 1024;

    /** More than there are request threads, each of which waits for one lookup at a time. */
    private static final int MAX_LOOKUPS = 1_000;

    @Bean
    UploadSlots uploadSlots(WebServerProperties properties) {
        return new UploadSlots(properties.maxUploads());
    }

    @Bean
    UploadAdmission uploadAdmission(WebServerProperties properties, DeviceBindings deviceBindings, UploadSlots slots) {
        return new UploadAdmission(properties, deviceBindings, slots);
    }

    @Bean
    BodyRoute uploadRoute(WebServerProperties properties, UploadAdmission admission) {
        return new BodyRoute(
                PathPatternRequestMatcher.pathPattern(HttpMethod.POST, CaptureController.UPLOADS),
                BodyRoute.Store.UPLOADS,
                properties.maxCaptureSize().toBytes() + FORM_BYTES,
                ErrorCode.CAPTURE_TOO_LARGE,
                ErrorCode.CAPTURE_TRANSFER_FAILED,
                admission);
    }

    @Bean
    FailurePublisher failurePublisher(ConfirmedPublisher publisher, Clock clock) {
        return new FailurePublisher(publisher, clock);
    }

    @Bean
    DistributedUploadLock uploadLock(StringRedisTemplate redis, WebServerProperties properties) {
        // A write that starts at the deadline may last for the store's timeout.
        Duration maxUploadTime =
                properties.answerWithin().plus(properties.store().timeout());
        return new DistributedUploadLock(redis, maxUploadTime.plusSeconds(1), properties.maxUploads());
    }

    @Bean
    TimeLimitedLookup timeLimitedLookup() {
        return new TimeLimitedLookup(MAX_LOOKUPS);
    }

    @Bean
    RetakeLookup retakeLookup(SyncRecordReader records, TimeLimitedLookup lookup) {
        return new RetakeLookup(records, lookup);
    }

    @Bean
    UploadAudit uploadAudit() {
        return new UploadAudit();
    }

    @Bean
    CaptureUpload captureUpload(
            CaptureStore store,
            DistributedUploadLock uploadLock,
            ConfirmedPublisher publisher,
            RetakeLookup retakeLookup,
            Clock clock) {
        return new CaptureUpload(store, uploadLock, publisher, retakeLookup, clock);
    }
}
