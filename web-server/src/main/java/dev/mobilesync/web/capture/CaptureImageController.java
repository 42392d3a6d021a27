package dev.mobilesync.web.capture;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.SyncRecord;
import dev.mobilesync.service.redis.SyncRecordReader;
import dev.mobilesync.service.security.AuditEvent;
import dev.mobilesync.service.security.AuthenticatedCaller;
import dev.mobilesync.web.common.KeyTemplate;
import dev.mobilesync.web.http.ApiException;
import dev.mobilesync.web.store.CaptureMetadata;
import dev.mobilesync.web.store.CaptureStore;
import dev.mobilesync.web.store.StoreFailedException;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.InputStreamResource;
import org.springframework.core.io.Resource;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Serves a picture to proctors of a plan whose record references it. All other callers receive 404. Each view is
 * audited.
 */
@RestController
class CaptureImageController {

    private final CaptureStore store;
    private final SyncRecordReader records;

    CaptureImageController(CaptureStore store, SyncRecordReader records) {
        this.store = store;
        this.records = records;
    }

    @GetMapping("/${mobile-sync.store.bucket:captures}/**")
    ResponseEntity<Resource> view(@AuthenticationPrincipal AuthenticatedCaller caller, HttpServletRequest request)
            throws StoreFailedException, IOException {
        String imageUrl = request.getRequestURI();
        KeyTemplate.Ids owner = store.parseImageUrl(imageUrl);
        AuditEvent audit = AuditEvent.of("view-picture")
                .by(caller)
                .with("plan", null)
                .with("examinee", owner == null ? null : owner.examineeId())
                .with("imageVersion", null)
                .with("address", request.getRemoteAddr())
                .with("result", HttpStatus.SERVICE_UNAVAILABLE.value());
        try {
            CaptureStore.ObjectStream image = open(caller, imageUrl, owner, audit);
            audit.with("result", HttpStatus.OK.value());
            return ResponseEntity.ok()
                    .contentType(MediaType.IMAGE_JPEG)
                    .contentLength(image.size())
                    .cacheControl(CacheControl.noStore().cachePrivate())
                    .body(new InputStreamResource(image.content()));
        } catch (ApiException e) {
            audit.with("result", HttpStatus.NOT_FOUND.value());
            throw e;
        } finally {
            audit.write();
        }
    }

    private CaptureStore.ObjectStream open(
            AuthenticatedCaller caller, String imageUrl, KeyTemplate.@Nullable Ids owner, AuditEvent audit)
            throws StoreFailedException, IOException {
        SyncRecord record = owner != null && caller instanceof AuthenticatedCaller.Proctor proctor
                ? findRecordReferencing(imageUrl, owner, proctor)
                : null;
        if (record == null) {
            throw notFound();
        }
        audit.with("plan", record.planId()).with("imageVersion", record.imageVersion());
        CaptureStore.ObjectStream image = store.open(record.examinee(), record.imageVersion());
        if (image == null) {
            throw notFound();
        }
        if (record.imageVersion() == null && !isFromPlanOf(caller, image.metadata())) {
            image.content().close();
            throw notFound();
        }
        return image;
    }

    /** Returns the latest record of the proctor's plans that references the picture. */
    private @Nullable SyncRecord findRecordReferencing(
            String imageUrl, KeyTemplate.Ids owner, AuthenticatedCaller.Proctor proctor) {
        List<ExamineeKey> candidates = proctor.plans().stream()
                .map(plan -> new ExamineeKey(plan, owner.examineeId()))
                .filter(owner::matches)
                .toList();
        return records.readAll(candidates).stream()
                .filter(Objects::nonNull)
                .filter(record -> imageUrl.equals(record.imageUrl()))
                .max(Comparator.comparing(SyncRecord::timestamp))
                .orElse(null);
    }

    /** In a store without versions, another plan's picture may have replaced the referenced one. */
    private static boolean isFromPlanOf(AuthenticatedCaller caller, @Nullable CaptureMetadata metadata) {
        return metadata != null && caller.isProctorOf(metadata.examinee().planId());
    }

    private static ApiException notFound() {
        return new ApiException(ErrorCode.NOT_FOUND, "this picture does not exist");
    }
}
