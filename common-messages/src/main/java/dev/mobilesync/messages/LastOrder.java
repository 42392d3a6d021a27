package dev.mobilesync.messages;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/**
 * The newest applied proctor's order of an examinee. Shown to the plan's other proctors; no decision depends on it.
 */
public record LastOrder(MobileSyncOrder.Order order, String by, String reason, Instant timestamp) {

    public LastOrder {
        requireNonNull(order, "order");
        requireNonNull(by, "by");
        requireNonNull(reason, "reason");
        requireNonNull(timestamp, "timestamp");
    }

    static LastOrder of(MobileSyncOrder order) {
        return new LastOrder(order.order(), order.by(), order.reason(), order.timestamp());
    }
}
