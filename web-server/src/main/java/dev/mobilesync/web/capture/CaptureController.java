package dev.mobilesync.web.capture;

import dev.mobilesync.messages.CaptureInfo;
import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.messages.MessageCodec;
import dev.mobilesync.messages.MobileSyncStatus;
import dev.mobilesync.service.security.AuthenticatedCaller;
import dev.mobilesync.web.common.WebServerProperties;
import dev.mobilesync.web.http.ApiException;
import dev.mobilesync.web.pairing.DeviceBindings;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.util.Objects;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Handles uploads. {@link UploadAdmission} has admitted a request with a body, and reading the body returns it or throws why it
 * was not received. A request without a body was not admitted.
 */
@RestController
public class CaptureController {

    /** The route of uploads. */
    public static final String UPLOADS = "/api/v1/plans/{planId}/examinees/{examineeId}/mobile-captures";

    private final UploadAdmission admission;
    private final DeviceBindings deviceBindings;
    private final CaptureUpload captureUpload;
    private final FailurePublisher failurePublisher;
    private final MeterRegistry meters;
    private final int maxImageBytes;

    CaptureController(
            UploadAdmission admission,
            DeviceBindings deviceBindings,
            CaptureUpload captureUpload,
            FailurePublisher failurePublisher,
            MeterRegistry meters,
            WebServerProperties properties) {
        this.admission = admission;
        this.deviceBindings = deviceBindings;
        this.captureUpload = captureUpload;
        this.failurePublisher = failurePublisher;
        this.meters = meters;
        this.maxImageBytes = Math.toIntExact(properties.maxCaptureSize().toBytes());
    }

    @PostMapping(UPLOADS)
    ResponseEntity<byte[]> upload(
            @PathVariable String planId,
            @PathVariable String examineeId,
            @AuthenticationPrincipal AuthenticatedCaller caller,
            HttpServletRequest request) {
        AuthenticatedCaller.Device device = UploadAdmission.requireDevice(planId, examineeId, caller);
        Timer.Sample sample = Timer.start(meters);
        String outcome = ErrorCode.INTERNAL_ERROR.name();
        try {
            // The phone may have been replaced while its body arrived. The failures of a replaced phone are not
            // published.
            deviceBindings.requireCurrent(device);
            admission.rejectIfSlotTimedOut(request);
            UploadRequest upload = UploadRequest.read(request, maxImageBytes);
            upload.requireSentBy(device);
            MobileSyncStatus status = captureUpload.storeAndPublish(device, upload, admission.timeLimit(request));
            outcome = status.status().name();
            return created(status);
        } catch (ApiException e) {
            outcome = e.code().name();
            failurePublisher.publishFailure(device, e);
            throw e;
        } finally {
            sample.stop(Timer.builder("mobile.sync.uploads")
                    .description("Uploads by outcome")
                    .tag("outcome", outcome)
                    .register(meters));
        }
    }

    private static ResponseEntity<byte[]> created(MobileSyncStatus status) {
        CaptureInfo capture = Objects.requireNonNull(status.captureInfo());
        return ResponseEntity.created(URI.create(capture.imageUrl()))
                .contentType(MediaType.APPLICATION_JSON)
                .body(MessageCodec.encode(status));
    }
}
