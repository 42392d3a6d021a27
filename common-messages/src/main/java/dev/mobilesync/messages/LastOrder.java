package dev.mobilesync.messages;

import static java.util.Objects.requireNonNull;

import dev.mobilesync.messages.MobileSyncOrder.Role;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The newest order that changed an examinee's record. The plan's proctors see it. An older order that is applied later
 * does not replace it, unless it is a {@code RESET}, which starts the record again.
 *
 * @param by who gave it, a proctor or the platform's server: {@code sub} of the token
 * @param timestamp when the order was given
 * @param role of who gave it; {@code null} in records of older releases
 */
public record LastOrder(
        MobileSyncOrder.Order order,
        String by,
        String reason,
        Instant timestamp,
        @Nullable Role role) {

    public LastOrder {
        requireNonNull(order, "order");
        requireNonNull(by, "by");
        requireNonNull(reason, "reason");
        requireNonNull(timestamp, "timestamp");
    }

    static LastOrder of(MobileSyncOrder order) {
        return new LastOrder(order.order(), order.by(), order.reason(), order.timestamp(), order.role());
    }
}
