package dev.mobilesync.service.request;

import dev.mobilesync.messages.MobileSyncOrder;
import dev.mobilesync.service.security.AuditEvent;
import dev.mobilesync.service.security.AuthenticatedCaller;

/** Audit lines of orders. */
public final class OrderAudit {

    private OrderAudit() {}

    /** Returns the line of an order. It has the length of the reason only, because the reason is personal data. */
    public static AuditEvent of(MobileSyncOrder order, AuthenticatedCaller.PlanSupervisor by) {
        return AuditEvent.of("order")
                .by(by)
                .with("order", order.order())
                .with("plan", order.planId())
                .with("examinee", order.examineeId())
                .with("deadline", order.deadline())
                .with("reasonLength", order.reason().length());
    }
}
