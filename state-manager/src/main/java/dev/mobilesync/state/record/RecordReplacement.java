package dev.mobilesync.state.record;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.MobileSyncOrder;
import dev.mobilesync.messages.StatusQueueMessage;
import dev.mobilesync.messages.SyncRecord;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A change of a record to save.
 *
 * @param examinee whose record it is
 * @param current the record that the change is based on; {@code null} if there is none
 * @param next the record to write; its revision is assigned when it is written
 * @param event the message that makes the change, which may be an order; {@code null} if a deadline does
 */
public record RecordReplacement(
        ExamineeKey examinee,
        @Nullable SyncRecord current,
        SyncRecord next,
        @Nullable StatusQueueMessage event) {

    /** Returns when the order of a reset was given, or {@code null} if the change is not a reset. */
    @Nullable
    Instant resetOrderedAt() {
        return event instanceof MobileSyncOrder order && order.order() == MobileSyncOrder.Order.RESET
                ? order.timestamp()
                : null;
    }

    /**
     * Lets a reset take effect when the pairing has ended, unless it does so later: until then the phone may have sent
     * another picture, which does not count.
     */
    RecordReplacement resetNotBefore(@Nullable Instant pairingEnded) {
        Instant resetAt = next.resetAt();
        if (pairingEnded == null || resetAt == null || !pairingEnded.isAfter(resetAt)) {
            return this;
        }
        SyncRecord later = next.toBuilder()
                .status(next.status(), next.messageId(), pairingEnded)
                .reset(pairingEnded)
                .build();
        return new RecordReplacement(examinee, current, later, event);
    }
}
