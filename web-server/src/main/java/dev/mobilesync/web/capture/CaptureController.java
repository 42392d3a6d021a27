package dev.mobilesync.web.capture;

import dev.mobilesync.messages.CaptureInfo;
import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.MessageCodec;
import dev.mobilesync.messages.MobileSyncStatus;
import dev.mobilesync.service.Caller;
import dev.mobilesync.web.common.Ids;
import dev.mobilesync.web.common.Refusal;
import dev.mobilesync.web.pairing.PairedDevices;
import jakarta.servlet.MultipartConfigElement;
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
    private final PairedDevices devices;
    private final long maxBody;

    CaptureController(CaptureUpload upload, PairedDevices devices, MultipartConfigElement limits) {
        this.upload = upload;
        this.devices = devices;
        this.maxBody = limits.getMaxRequestSize();
    }

    @PostMapping(UPLOADS)
    ResponseEntity<byte[]> upload(
            @PathVariable String planId,
            @PathVariable String examineeId,
            @AuthenticationPrincipal Caller caller,
            HttpServletRequest request) {
        ExamineeKey examinee = Ids.examinee(planId, examineeId);
        if (!(caller instanceof Caller.Device phone) || !phone.isDeviceOf(examinee)) {
            throw new Refusal(ErrorCode.FORBIDDEN, "only a phone of this examinee may upload");
        }
        MobileSyncStatus status = upload.receive(phone, () -> {
            CaptureForm form = CaptureForm.read(request, maxBody);
            // After the body, which may take its time: a phone that was replaced meanwhile is refused, too.
            devices.requireCurrent(phone);
            return form;
        });
        CaptureInfo capture = Objects.requireNonNull(status.captureInfo());
        return ResponseEntity.created(URI.create(capture.imageUrl()))
                .contentType(MediaType.APPLICATION_JSON)
                .body(MessageCodec.encode(status));
    }
}
