package dev.mobilesync.web;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.MessageCodec;
import dev.mobilesync.messages.Status;
import dev.mobilesync.messages.SyncRecord;
import dev.mobilesync.service.Caller;
import dev.mobilesync.service.RecordReader;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Records as JSON: a plan's for its proctors, one examinee's for itself, too. */
@RestController
@RequestMapping("/api/v1/plans/{planId}")
class RecordController {

    private final PlanBoard board;
    private final RecordReader records;

    RecordController(PlanBoard board, RecordReader records) {
        this.board = board;
        this.records = records;
    }

    @GetMapping("/mobile-sync")
    ResponseEntity<byte[]> plan(
            @PathVariable String planId,
            @RequestParam(required = false) @Nullable Status status,
            @RequestParam(defaultValue = "0") int page,
            @RequestParam(defaultValue = "100") int size,
            @AuthenticationPrincipal Caller caller) {
        Ids.plan(planId);
        if (!caller.isProctorOf(planId)) {
            throw new Refusal(ErrorCode.FORBIDDEN, "only a proctor of this plan may see it");
        }
        if (page < 0 || size < 1 || size > PlanBoard.MAX_SIZE) {
            throw new Refusal(
                    ErrorCode.INVALID_REQUEST, "page must be 0 or more, size between 1 and " + PlanBoard.MAX_SIZE);
        }
        return json(board.page(planId, status, page, size));
    }

    @GetMapping("/examinees/{examineeId}/mobile-sync")
    ResponseEntity<byte[]> examinee(
            @PathVariable String planId, @PathVariable String examineeId, @AuthenticationPrincipal Caller caller) {
        ExamineeKey examinee = Ids.examinee(planId, examineeId);
        if (!caller.isExaminee(examinee) && !caller.isProctorOf(planId)) {
            throw new Refusal(ErrorCode.FORBIDDEN, "only this examinee and a proctor of the plan may see it");
        }
        SyncRecord record = records.read(examinee);
        if (record == null) {
            throw new Refusal(ErrorCode.NOT_FOUND, "there is no record yet");
        }
        return json(record);
    }

    private static ResponseEntity<byte[]> json(Object value) {
        return ResponseEntity.ok()
                .contentType(MediaType.APPLICATION_JSON)
                .cacheControl(CacheControl.noStore())
                .body(MessageCodec.mapper().writeValueAsBytes(value));
    }
}
