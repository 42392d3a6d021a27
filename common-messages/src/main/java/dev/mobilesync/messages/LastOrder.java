package dev.mobilesync.messages;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/**
 * The last proctor's order that an examinee's record came to terms with: what, who, why and when. For the plan's other
 * proctors; it decides nothing.
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
