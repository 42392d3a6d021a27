package dev.mobilesync.web.capture;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.messages.MessageType;
import dev.mobilesync.service.publishing.PublishedTypes;
import dev.mobilesync.service.tracing.TraceSpans;
import dev.mobilesync.web.body.BodyRoute;
import dev.mobilesync.web.common.WebServerProperties;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.EnumSet;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.http.HttpMethod;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import org.springframework.web.servlet.handler.MappedInterceptor;

@Configuration(proxyBeanMethods = false)
class CaptureConfiguration {

    /** Space for the metadata and the form's boundaries and headers. */
    private static final long FORM_BYTES = 128 * 1024;

    @Bean
    UploadSlots uploadSlots(WebServerProperties properties) {
        return new UploadSlots(properties.maxUploads());
    }

    @Bean
    BodyRoute uploadRoute(WebServerProperties properties, UploadAdmission admission) {
        return new BodyRoute(
                PathPatternRequestMatcher.pathPattern(HttpMethod.POST, CaptureController.UPLOADS),
                BodyRoute.Buffer.AUTHENTICATED,
                properties.maxCaptureSize().toBytes() + FORM_BYTES,
                ErrorCode.CAPTURE_TOO_LARGE,
                ErrorCode.CAPTURE_TRANSFER_FAILED,
                admission);
    }

    @Bean
    PublishedTypes publishedTypes() {
        return new PublishedTypes(EnumSet.of(MessageType.MOBILE_SYNC_STATUS, MessageType.MOBILE_SYNC_ORDER));
    }

    @Bean
    DistributedUploadLock uploadLock(StringRedisTemplate redis, WebServerProperties properties, MeterRegistry meters) {
        // A write that starts at the end of the time limit may last for the store's timeout.
        Duration maxUploadTime =
                properties.uploadResponseTimeout().plus(properties.store().timeout());
        return new DistributedUploadLock(redis, maxUploadTime.plusSeconds(1), properties.maxUploads(), meters);
    }

    @Bean
    MappedInterceptor uploadAudit(UploadAdmission admission, TraceSpans spans) {
        return new MappedInterceptor(
                new String[] {CaptureController.UPLOADS}, new UploadAuditInterceptor(admission, spans));
    }
}
