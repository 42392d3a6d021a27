package dev.mobilesync.web.order;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.InvalidMessageException;
import dev.mobilesync.messages.MessageCodec;
import dev.mobilesync.messages.MobileSyncOrder;
import dev.mobilesync.service.request.RequestBodies;
import dev.mobilesync.service.security.AuthenticatedCaller;
import dev.mobilesync.service.security.AuthenticatedCaller.PlanSupervisor;
import dev.mobilesync.web.http.ApiException;
import dev.mobilesync.web.http.IdempotencyKey;
import dev.mobilesync.web.http.PathIds;
import dev.mobilesync.web.http.PlanAccess;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.time.Instant;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** Accepts orders. An accepted order is published; state-manager decides whether it changes the record. */
@RestController
class OrderController {

    static final String ORDERS = "/api/v1/plans/{planId}/examinees/{examineeId}/orders";
    static final String ACTION = "give orders";

    /** As the largest STOMP frame. */
    static final int MAX_BYTES = 16 << 10;

    private final RequestBodies bodies;
    private final OrderService orders;

    OrderController(RequestBodies bodies, OrderService orders) {
        this.bodies = bodies;
        this.orders = orders;
    }

    /**
     * A published order.
     *
     * @param messageId the record's {@code messageId}, until another message changes the record
     * @param timestamp the {@code timestamp} of the record's {@code lastOrder} if the order changes the record
     */
    record Response(
            String planId, String examineeId, MobileSyncOrder.Order order, String messageId, Instant timestamp) {}

    @PostMapping(ORDERS)
    ResponseEntity<byte[]> give(
            @PathVariable String planId,
            @PathVariable String examineeId,
            @AuthenticationPrincipal AuthenticatedCaller caller,
            HttpServletRequest request) {
        PlanSupervisor by = PlanAccess.requireSupervisor(planId, caller, ACTION);
        ExamineeKey examinee = PathIds.parseExaminee(planId, examineeId);
        String key = IdempotencyKey.require(request);
        OrderService.Published published =
                orders.publish(parse(request, examinee, by), by, key, request.getRemoteAddr());
        MobileSyncOrder order = published.order();
        return ResponseEntity.accepted()
                .contentType(MediaType.APPLICATION_JSON)
                .cacheControl(CacheControl.noStore())
                .body(MessageCodec.mapper()
                        .writeValueAsBytes(new Response(
                                planId, examineeId, order.order(), published.messageId(), order.timestamp())));
    }

    private MobileSyncOrder parse(HttpServletRequest request, ExamineeKey examinee, PlanSupervisor by) {
        try {
            byte[] body = request.getInputStream().readNBytes(MAX_BYTES + 1);
            if (body.length > MAX_BYTES) {
                throw new ApiException(ErrorCode.INVALID_REQUEST, "the body is longer than " + MAX_BYTES + " bytes");
            }
            return bodies.order(body, examinee, by);
        } catch (InvalidMessageException e) {
            throw new ApiException(ErrorCode.INVALID_REQUEST, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw new ApiException(ErrorCode.INVALID_REQUEST, "the body cannot be read", e);
        }
    }
}
