package dev.mobilesync.web.capture;

import dev.mobilesync.messages.CaptureInfo;
import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.messages.MessageCodec;
import dev.mobilesync.messages.MobileSyncStatus;
import dev.mobilesync.service.security.AuthenticatedCaller;
import dev.mobilesync.web.common.WebServerProperties;
import dev.mobilesync.web.http.ApiException;
import dev.mobilesync.web.pairing.PairedDevices;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.util.Objects;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Handles uploads. {@link UploadAdmission} has admitted a request with a body. If the body was not received completely, reading
 * it throws the reason. A request without a body was not admitted.
 */
@RestController
public class CaptureController {

    /** The route of uploads. */
    public static final String UPLOADS = "/api/v1/plans/{planId}/examinees/{examineeId}/mobile-captures";

    private final UploadAdmission admission;
    private final PairedDevices pairedDevices;
    private final CaptureUpload captureUpload;
    private final FailurePublisher failurePublisher;
    private final UploadMetrics metrics;
    private final UploadFaultInjector faultInjector;
    private final int maxImageBytes;

    CaptureController(
            UploadAdmission admission,
            PairedDevices pairedDevices,
            CaptureUpload captureUpload,
            FailurePublisher failurePublisher,
            UploadMetrics metrics,
            ObjectProvider<UploadFaultInjector> faultInjector,
            WebServerProperties properties) {
        this.admission = admission;
        this.pairedDevices = pairedDevices;
        this.captureUpload = captureUpload;
        this.failurePublisher = failurePublisher;
        this.metrics = metrics;
        this.faultInjector = faultInjector.getIfAvailable(() -> UploadFaultInjector.OFF);
        this.maxImageBytes = Math.toIntExact(properties.maxCaptureSize().toBytes());
    }

    @PostMapping(UPLOADS)
    ResponseEntity<byte[]> upload(
            @PathVariable String planId,
            @PathVariable String examineeId,
            @AuthenticationPrincipal AuthenticatedCaller caller,
            HttpServletRequest request) {
        AuthenticatedCaller.Device device = UploadAdmission.requireDevice(planId, examineeId, caller);
        long since = System.nanoTime();
        try {
            // The phone may have been replaced while its body arrived. The failures of a replaced phone are not
            // published.
            pairedDevices.requireCurrent(device);
            admission.rejectIfSlotTimedOut(request);
            UploadRequest upload = UploadRequest.read(request, maxImageBytes);
            UploadResult.setRead(request, upload);
            upload.requireSentBy(device);
            faultInjector.beforeStore(device.examinee());
            MobileSyncStatus status = captureUpload.storeAndPublish(
                    device, upload, admission.startedAt(request), admission.timeLimit(request));
            metrics.recordCompleted(since);
            UploadResult.setCompleted(request);
            return created(status);
        } catch (ApiException e) {
            metrics.recordFailed(e.code(), since);
            UploadResult.setFailed(request, e.code());
            failurePublisher.publishFailure(device, e);
            throw e;
        } catch (RuntimeException e) {
            metrics.recordFailed(ErrorCode.INTERNAL_ERROR, since);
            UploadResult.setFailed(request, ErrorCode.INTERNAL_ERROR);
            throw e;
        }
    }

    private static ResponseEntity<byte[]> created(MobileSyncStatus status) {
        CaptureInfo capture = Objects.requireNonNull(status.captureInfo());
        return ResponseEntity.created(URI.create(capture.imageUrl()))
                .contentType(MediaType.APPLICATION_JSON)
                .body(MessageCodec.encode(status));
    }
}
