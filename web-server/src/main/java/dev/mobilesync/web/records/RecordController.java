package dev.mobilesync.web.records;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.MessageCodec;
import dev.mobilesync.messages.MobileSyncOrder;
import dev.mobilesync.messages.Status;
import dev.mobilesync.messages.SyncRecord;
import dev.mobilesync.service.redis.SyncRecordReader;
import dev.mobilesync.service.security.AuthenticatedCaller;
import dev.mobilesync.web.http.ApiException;
import dev.mobilesync.web.http.PathIds;
import dev.mobilesync.web.http.PlanAccess;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
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
import tools.jackson.databind.node.ObjectNode;

/** Serves records as JSON: a plan's to its proctors and the platform's server, an examinee's also to the examinee. */
@RestController
@RequestMapping("/api/v1/plans/{planId}")
class RecordController {

    private static final Set<MobileSyncOrder.Order> HIDDEN_REASONS =
            EnumSet.of(MobileSyncOrder.Order.ACCEPT, MobileSyncOrder.Order.RESET);

    private final PlanRecordQuery query;
    private final PlanChangeQuery changes;
    private final SyncRecordReader records;

    RecordController(PlanRecordQuery query, PlanChangeQuery changes, SyncRecordReader records) {
        this.query = query;
        this.changes = changes;
        this.records = records;
    }

    /** A page of all records, or of those in one status. */
    @GetMapping("/mobile-sync")
    ResponseEntity<byte[]> page(
            @PathVariable String planId,
            @RequestParam(required = false) @Nullable Status status,
            @RequestParam(defaultValue = "0") int page,
            @RequestParam(defaultValue = "100") int size,
            @AuthenticationPrincipal AuthenticatedCaller caller) {
        requireSupervisor(caller, planId);
        requireSize(size);
        if (page < 0) {
            throw new ApiException(ErrorCode.INVALID_REQUEST, "page must be 0 or more");
        }
        return json(query.page(planId, status, page, size));
    }

    /** A slice of the plan. A board loads all slices while records change. */
    @GetMapping(path = "/mobile-sync", params = "after")
    ResponseEntity<byte[]> slice(
            @PathVariable String planId,
            @RequestParam String after,
            @RequestParam(defaultValue = "100") int size,
            @AuthenticationPrincipal AuthenticatedCaller caller) {
        requireSupervisor(caller, planId);
        requireSize(size);
        if (!after.isEmpty()) {
            PathIds.parseExaminee(planId, after);
        }
        return json(query.slice(planId, after, size));
    }

    /** The records of named examinees. A board reads changed records again, because a broadcast names neither picture nor order. */
    @GetMapping(
            path = "/mobile-sync",
            params = {"examinee", "!after"})
    ResponseEntity<byte[]> byIds(
            @PathVariable String planId,
            @RequestParam("examinee") List<String> examinees,
            @AuthenticationPrincipal AuthenticatedCaller caller) {
        requireSupervisor(caller, planId);
        if (examinees.size() > PlanRecordQuery.MAX_IDS) {
            throw new ApiException(ErrorCode.INVALID_REQUEST, "at most " + PlanRecordQuery.MAX_IDS + " examinees");
        }
        examinees.forEach(examinee -> PathIds.parseExaminee(planId, examinee));
        return json(query.byIds(planId, examinees));
    }

    /** The records that changed after a cursor. A platform's server polls them. */
    @GetMapping(
            path = "/mobile-sync",
            params = {"updatedSince", "!after", "!examinee"})
    ResponseEntity<byte[]> changes(
            @PathVariable String planId,
            @RequestParam String updatedSince,
            @RequestParam(defaultValue = "100") int size,
            @AuthenticationPrincipal AuthenticatedCaller caller) {
        requireSupervisor(caller, planId);
        requireSize(size);
        return json(changes.since(planId, ChangeCursor.parse(updatedSince), size));
    }

    @GetMapping("/examinees/{examineeId}/mobile-sync")
    ResponseEntity<byte[]> record(
            @PathVariable String planId,
            @PathVariable String examineeId,
            @AuthenticationPrincipal AuthenticatedCaller caller) {
        ExamineeKey examinee = PathIds.parseExaminee(planId, examineeId);
        if (!caller.isExaminee(examinee) && !caller.isSupervisorOf(planId)) {
            throw new ApiException(
                    ErrorCode.FORBIDDEN,
                    "only this examinee, the plan's proctors and the platform's server may read it");
        }
        SyncRecord record = records.read(examinee);
        if (record == null) {
            throw new ApiException(ErrorCode.NOT_FOUND, "this examinee has no record");
        }
        return json(caller.isExaminee(examinee) ? withoutProctors(record) : record);
    }

    /** Removes what an examinee may not see: who gave an order, and the reason of an ACCEPT or a RESET. */
    private static ObjectNode withoutProctors(SyncRecord record) {
        ObjectNode fields = MessageCodec.mapper().valueToTree(record);
        fields.remove(List.of("acceptedBy", "acceptedReason"));
        if (fields.get("lastOrder") instanceof ObjectNode order) {
            order.remove(List.of("by", "role"));
            if (record.lastOrder() != null
                    && HIDDEN_REASONS.contains(record.lastOrder().order())) {
                order.remove("reason");
            }
        }
        return fields;
    }

    private static void requireSupervisor(AuthenticatedCaller caller, String planId) {
        PlanAccess.requireSupervisor(planId, caller, "read its records");
    }

    private static void requireSize(int size) {
        if (size < 1 || size > PlanRecordQuery.MAX_SIZE) {
            throw new ApiException(ErrorCode.INVALID_REQUEST, "size must be between 1 and " + PlanRecordQuery.MAX_SIZE);
        }
    }

    private static ResponseEntity<byte[]> json(Object value) {
        return ResponseEntity.ok()
                .contentType(MediaType.APPLICATION_JSON)
                .cacheControl(CacheControl.noStore())
                .body(MessageCodec.mapper().writeValueAsBytes(value));
    }
}
