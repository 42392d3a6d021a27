package dev.mobilesync.web.history;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.HistoryEntry;
import dev.mobilesync.messages.MessageCodec;
import dev.mobilesync.service.security.AuthenticatedCaller;
import dev.mobilesync.web.http.PathIds;
import dev.mobilesync.web.http.PlanAccess;
import java.util.List;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/**
 * Serves an examinee's history to the plan's proctors and the platform's server. It names proctors, so the examinee may not
 * read it.
 */
@RestController
class HistoryController {

    private final HistoryReader histories;

    HistoryController(HistoryReader histories) {
        this.histories = histories;
    }

    /**
     * A history.
     *
     * @param items the latest change first; empty if there is none
     */
    record Response(String planId, String examineeId, List<HistoryEntry> items) {}

    @GetMapping("/api/v1/plans/{planId}/examinees/{examineeId}/mobile-sync/history")
    ResponseEntity<byte[]> read(
            @PathVariable String planId,
            @PathVariable String examineeId,
            @AuthenticationPrincipal AuthenticatedCaller caller) {
        ExamineeKey examinee = PathIds.parseExaminee(planId, examineeId);
        PlanAccess.requireSupervisor(planId, caller, "read its histories");
        return ResponseEntity.ok()
                .contentType(MediaType.APPLICATION_JSON)
                .cacheControl(CacheControl.noStore())
                .body(MessageCodec.mapper()
                        .writeValueAsBytes(new Response(planId, examineeId, histories.read(examinee))));
    }
}
