package dev.mobilesync.web.roster;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.messages.MessageCodec;
import dev.mobilesync.service.security.AuditEvent;
import dev.mobilesync.service.security.AuthenticatedCaller;
import dev.mobilesync.web.http.ApiException;
import dev.mobilesync.web.http.PlanAccess;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.List;
import org.springframework.dao.DataAccessException;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Reads and replaces the roster of a plan. */
@RestController
class RosterController {

    static final String ACTION = "use its roster";
    static final String ROSTER = "/api/v1/plans/{planId}/roster";

    /** Enough for 10,000 ids of the greatest length with names of a usual length. */
    static final int MAX_BYTES = 4 << 20;

    private static final int MAX_DEPTH = 8;

    /** As the mapper of messages, but for longer documents. */
    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .maxDocumentLength(MAX_BYTES)
                            .build())
                    .build())
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final RosterStore store;

    RosterController(RosterStore store) {
        this.store = store;
    }

    /** A roster as it is read. */
    record Response(String planId, List<Roster.Entry> examinees) {}

    @GetMapping(ROSTER)
    ResponseEntity<byte[]> read(@PathVariable String planId, @AuthenticationPrincipal AuthenticatedCaller caller) {
        PlanAccess.requireSupervisor(planId, caller, ACTION);
        return json(planId, store.find(planId));
    }

    /** Replaces the whole roster, so that the same request has the same effect when it is sent again. */
    @PutMapping(ROSTER)
    ResponseEntity<byte[]> replace(
            @PathVariable String planId,
            @AuthenticationPrincipal AuthenticatedCaller caller,
            HttpServletRequest request) {
        AuditEvent audit = AuditEvent.of("replace-roster")
                .by(caller)
                .with("plan", null)
                .with("examinees", null)
                .with("address", request.getRemoteAddr())
                .with("result", HttpStatus.SERVICE_UNAVAILABLE.value());
        try {
            PlanAccess.requireSupervisor(planId, caller, ACTION);
            audit.with("plan", planId);
            Roster roster = parse(request);
            audit.with("examinees", roster.examinees().size());
            store.replace(planId, roster);
            ResponseEntity<byte[]> replaced = json(planId, store.find(planId));
            audit.with("result", HttpStatus.OK.value());
            return replaced;
        } catch (ApiException e) {
            audit.with("result", e.problem().status());
            throw e;
        } catch (DataAccessException e) {
            throw new ApiException(ErrorCode.STATE_UNAVAILABLE, "the roster cannot be written at the moment", e);
        } finally {
            audit.write();
        }
    }

    /** The text of an error repeats nothing of the body. */
    private static Roster parse(HttpServletRequest request) {
        try {
            byte[] body = request.getInputStream().readNBytes(MAX_BYTES + 1);
            if (body.length > MAX_BYTES) {
                throw new ApiException(ErrorCode.INVALID_REQUEST, "the body is longer than " + MAX_BYTES + " bytes");
            }
            Roster roster = JSON.readValue(body, Roster.class);
            if (roster != null) {
                return roster;
            }
        } catch (JacksonException e) {
            for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
                if (cause instanceof IllegalArgumentException rule) {
                    throw new ApiException(ErrorCode.INVALID_REQUEST, String.valueOf(rule.getMessage()));
                }
            }
        } catch (IOException e) {
            throw new ApiException(ErrorCode.INVALID_REQUEST, "the body cannot be read", e);
        }
        throw new ApiException(
                ErrorCode.INVALID_REQUEST,
                "the body must be a JSON object with the list examinees of objects with examineeId and, optionally, name");
    }

    private static ResponseEntity<byte[]> json(String planId, Roster roster) {
        return ResponseEntity.ok()
                .contentType(MediaType.APPLICATION_JSON)
                .cacheControl(CacheControl.noStore())
                .body(MessageCodec.mapper().writeValueAsBytes(new Response(planId, roster.examinees())));
    }
}
