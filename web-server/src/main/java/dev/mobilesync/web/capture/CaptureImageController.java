package dev.mobilesync.web.capture;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.SyncRecord;
import dev.mobilesync.service.redis.SyncRecordReader;
import dev.mobilesync.service.security.AuditEvent;
import dev.mobilesync.service.security.AuthenticatedCaller;
import dev.mobilesync.web.common.KeyTemplate;
import dev.mobilesync.web.history.HistoryReader;
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
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * Serves a picture to proctors of a plan whose record references it, and to the examinee whose record references it. Proctors
 * also receive an earlier version if the record's history names it. All other callers receive 404. Each view is audited.
 */
@RestController
class CaptureImageController {

    private final CaptureStore store;
    private final SyncRecordReader records;
    private final HistoryReader histories;

    CaptureImageController(CaptureStore store, SyncRecordReader records, HistoryReader histories) {
        this.store = store;
        this.records = records;
        this.histories = histories;
    }

    @GetMapping("/${mobile-sync.store.bucket:captures}/**")
    ResponseEntity<Resource> view(
            @AuthenticationPrincipal AuthenticatedCaller caller,
            @RequestParam(required = false) @Nullable String version,
            HttpServletRequest request)
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
            CaptureStore.ObjectStream image = open(caller, imageUrl, owner, version, audit);
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
            AuthenticatedCaller caller,
            String imageUrl,
            KeyTemplate.@Nullable Ids owner,
            @Nullable String version,
            AuditEvent audit)
            throws StoreFailedException, IOException {
        SyncRecord record = owner == null ? null : findRecordReferencing(imageUrl, version, owner, caller);
        if (record == null) {
            throw notFound();
        }
        String found = version == null ? record.imageVersion() : version;
        audit.with("plan", record.planId()).with("imageVersion", found);
        CaptureStore.ObjectStream image = store.open(record.examinee(), found);
        if (image == null) {
            throw notFound();
        }
        if (found == null && !isFromPlanOf(caller, image.metadata())) {
            image.content().close();
            throw notFound();
        }
        return image;
    }

    /** Returns the latest record that references the picture, of the proctor's plans or of the examinee. */
    private @Nullable SyncRecord findRecordReferencing(
            String imageUrl, @Nullable String version, KeyTemplate.Ids owner, AuthenticatedCaller caller) {
        List<ExamineeKey> candidates =
                keys(caller, owner.examineeId()).stream().filter(owner::matches).toList();
        return records.readAll(candidates).stream()
                .filter(Objects::nonNull)
                .filter(record -> isReferenced(record, imageUrl, version, caller))
                .max(Comparator.comparing(SyncRecord::timestamp))
                .orElse(null);
    }

    /** A proctor also sees the versions that the history names, even if the record names no picture after a reset. */
    private boolean isReferenced(
            SyncRecord record, String imageUrl, @Nullable String version, AuthenticatedCaller caller) {
        boolean current =
                imageUrl.equals(record.imageUrl()) && (version == null || version.equals(record.imageVersion()));
        return current
                || version != null
                        && caller instanceof AuthenticatedCaller.Proctor
                        && histories.contains(record.examinee(), imageUrl, version);
    }

    private static List<ExamineeKey> keys(AuthenticatedCaller caller, String examineeId) {
        if (caller instanceof AuthenticatedCaller.Proctor proctor) {
            return proctor.plans().stream()
                    .map(plan -> new ExamineeKey(plan, examineeId))
                    .toList();
        }
        return caller instanceof AuthenticatedCaller.Examinee self ? List.of(self.examinee()) : List.of();
    }

    /** In a store without versions, another plan's picture may have replaced the referenced one. */
    private static boolean isFromPlanOf(AuthenticatedCaller caller, @Nullable CaptureMetadata metadata) {
        return metadata != null
                && (caller.isProctorOf(metadata.examinee().planId()) || caller.isExaminee(metadata.examinee()));
    }

    private static ApiException notFound() {
        return new ApiException(ErrorCode.NOT_FOUND, "this picture does not exist");
    }
}
