package dev.mobilesync.web.capture;

import dev.mobilesync.messages.CaptureInfo;
import dev.mobilesync.messages.MessageCodec;
import dev.mobilesync.messages.MobileSyncStatus;
import dev.mobilesync.service.security.AuthenticatedCaller;
import dev.mobilesync.web.common.WebServerProperties;
import dev.mobilesync.web.pairing.DeviceBindings;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.util.Objects;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** Uploads. */
@RestController
public class CaptureController {

    /** The route of uploads. */
    public static final String UPLOADS = "/api/v1/plans/{planId}/examinees/{examineeId}/mobile-captures";

    private final CaptureUpload upload;
    private final DeviceBindings devices;
    private final int maxPicture;

    CaptureController(CaptureUpload upload, DeviceBindings devices, WebServerProperties settings) {
        this.upload = upload;
        this.devices = devices;
        this.maxPicture = Math.toIntExact(settings.maxCaptureSize().toBytes());
    }

    @PostMapping(UPLOADS)
    ResponseEntity<byte[]> upload(
            @PathVariable String planId,
            @PathVariable String examineeId,
            @AuthenticationPrincipal AuthenticatedCaller caller,
            HttpServletRequest request) {
        AuthenticatedCaller.Device phone = UploadAdmission.phone(planId, examineeId, caller);
        UploadAdmission.Ticket ticket = UploadAdmission.ticket(request);
        MobileSyncStatus status = upload.receive(
                phone,
                () -> {
                    if (ticket != null) {
                        ticket.requireSlot();
                    }
                    UploadRequest form = UploadRequest.read(request, maxPicture);
                    // A phone that was replaced while its body arrived is refused, too.
                    devices.requireCurrent(phone);
                    return form;
                },
                ticket == null ? null : ticket.deadline());
        CaptureInfo capture = Objects.requireNonNull(status.captureInfo());
        return ResponseEntity.created(URI.create(capture.imageUrl()))
                .contentType(MediaType.APPLICATION_JSON)
                .body(MessageCodec.encode(status));
    }
}
