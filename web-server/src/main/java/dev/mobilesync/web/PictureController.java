package dev.mobilesync.web;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.SyncRecord;
import dev.mobilesync.service.Caller;
import dev.mobilesync.service.RecordReader;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.InputStreamResource;
import org.springframework.core.io.Resource;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Pictures, for the proctors of a plan whose record names them. To everybody else there are none. */
@RestController
class PictureController {

    private final CaptureStore store;
    private final RecordReader records;

    PictureController(CaptureStore store, RecordReader records) {
        this.store = store;
        this.records = records;
    }

    @GetMapping("/${mobile-sync.store.bucket:captures}/**")
    ResponseEntity<Resource> picture(@AuthenticationPrincipal Caller caller, HttpServletRequest request)
            throws StoreFailedException, IOException {
        String imageUrl = request.getRequestURI();
        KeyTemplate.Ids owner = store.owner(imageUrl);
        if (owner == null || !(caller instanceof Caller.Proctor proctor)) {
            throw notFound();
        }
        SyncRecord record = recordNaming(imageUrl, owner, proctor);
        CaptureStore.Opened picture = record == null ? null : store.open(record.examinee(), record.imageVersion());
        if (record == null || picture == null) {
            throw notFound();
        }
        if (record.imageVersion() == null && !isOfPlanOf(proctor, picture.facts())) {
            picture.content().close();
            throw notFound();
        }
        return ResponseEntity.ok()
                .contentType(MediaType.IMAGE_JPEG)
                .contentLength(picture.size())
                .cacheControl(CacheControl.noStore().cachePrivate())
                .body(new InputStreamResource(picture.content()));
    }

    /** The record, of a plan of the proctor's, that names the picture; the latest if several plans have one. */
    private @Nullable SyncRecord recordNaming(String imageUrl, KeyTemplate.Ids owner, Caller.Proctor proctor) {
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
    private static boolean isOfPlanOf(Caller.Proctor proctor, @Nullable CaptureFacts facts) {
        return facts != null && proctor.plans().contains(facts.examinee().planId());
    }

    private static Refusal notFound() {
        return new Refusal(ErrorCode.NOT_FOUND, "there is no such picture");
    }
}
