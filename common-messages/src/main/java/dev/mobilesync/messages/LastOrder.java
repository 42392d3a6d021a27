package dev.mobilesync.messages;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/**
 * The newest order that changed an examinee's record. The plan's proctors see it, and an older {@code EXTEND} or {@code ACCEPT}
 * does not replace it.
 *
 * @param by who gave it, a proctor or the platform's server: {@code sub} of the token
 * @param timestamp when the order was given
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
