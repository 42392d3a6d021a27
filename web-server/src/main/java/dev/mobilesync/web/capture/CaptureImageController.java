package dev.mobilesync.web.capture;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.SyncRecord;
import dev.mobilesync.service.redis.SyncRecordReader;
import dev.mobilesync.service.security.AuditEvent;
import dev.mobilesync.service.security.AuthenticatedCaller;
import dev.mobilesync.web.common.ApiException;
import dev.mobilesync.web.common.KeyTemplate;
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

/** Pictures, for the proctors of a plan whose record names them. To everybody else there are none. Every view is audited. */
@RestController
class CaptureImageController {

    private final CaptureStore store;
    private final SyncRecordReader records;

    CaptureImageController(CaptureStore store, SyncRecordReader records) {
        this.store = store;
        this.records = records;
    }

    @GetMapping("/${mobile-sync.store.bucket:captures}/**")
    ResponseEntity<Resource> picture(@AuthenticationPrincipal AuthenticatedCaller caller, HttpServletRequest request)
            throws StoreFailedException, IOException {
        String imageUrl = request.getRequestURI();
        KeyTemplate.Ids owner = store.owner(imageUrl);
        AuditEvent audit = AuditEvent.of("view-picture")
                .by(caller)
                .with("plan", null)
                .with("examinee", owner == null ? null : owner.examineeId())
                .with("imageVersion", null)
                .with("address", request.getRemoteAddr())
                .with("result", HttpStatus.SERVICE_UNAVAILABLE.value());
        try {
            CaptureStore.ObjectStream picture = open(caller, imageUrl, owner, audit);
            audit.with("result", HttpStatus.OK.value());
            return ResponseEntity.ok()
                    .contentType(MediaType.IMAGE_JPEG)
                    .contentLength(picture.size())
                    .cacheControl(CacheControl.noStore().cachePrivate())
                    .body(new InputStreamResource(picture.content()));
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
                ? recordNaming(imageUrl, owner, proctor)
                : null;
        if (record == null) {
            throw notFound();
        }
        audit.with("plan", record.planId()).with("imageVersion", record.imageVersion());
        CaptureStore.ObjectStream picture = store.open(record.examinee(), record.imageVersion());
        if (picture == null) {
            throw notFound();
        }
        if (record.imageVersion() == null && !isOfPlanOf(caller, picture.facts())) {
            picture.content().close();
            throw notFound();
        }
        return picture;
    }

    /** The record, of a plan of the proctor's, that names the picture; the latest if several plans have one. */
    private @Nullable SyncRecord recordNaming(
            String imageUrl, KeyTemplate.Ids owner, AuthenticatedCaller.Proctor proctor) {
        List<ExamineeKey> candidates = proctor.plans().stream()
                .map(plan -> new ExamineeKey(plan, owner.examineeId()))
                .filter(owner::are)
                .toList();
        return records.readAll(candidates).stream()
                .filter(Objects::nonNull)
                .filter(record -> imageUrl.equals(record.imageUrl()))
                .max(Comparator.comparing(SyncRecord::timestamp))
                .orElse(null);
    }

    /** Where nothing is versioned, another plan's picture may have taken the place of the one that was meant. */
    private static boolean isOfPlanOf(AuthenticatedCaller caller, @Nullable CaptureMetadata facts) {
        return facts != null && caller.isProctorOf(facts.examinee().planId());
    }

    private static ApiException notFound() {
        return new ApiException(ErrorCode.NOT_FOUND, "there is no such picture");
    }
}
