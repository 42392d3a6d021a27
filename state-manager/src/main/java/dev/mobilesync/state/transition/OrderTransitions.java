package dev.mobilesync.state.transition;

import static dev.mobilesync.state.transition.SyncStateMachine.builder;
import static dev.mobilesync.state.transition.SyncStateMachine.changed;
import static dev.mobilesync.state.transition.SyncStateMachine.keepStatus;
import static dev.mobilesync.state.transition.SyncStateMachine.latest;
import static dev.mobilesync.state.transition.SyncStateMachine.millis;
import static dev.mobilesync.state.transition.SyncStateMachine.retakeAt;

import dev.mobilesync.messages.LastOrder;
import dev.mobilesync.messages.MobileSyncOrder;
import dev.mobilesync.messages.Status;
import dev.mobilesync.messages.SyncRecord;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The orders of the {@link SyncStateMachine}.
 *
 * @param syncTimeout how long an examinee may wait
 */
record OrderTransitions(SyncTimeout syncTimeout) {

    Outcome apply(@Nullable SyncRecord current, MobileSyncOrder order, String messageId, Instant now) {
        return switch (order.order()) {
            case RETAKE -> retake(current, order, messageId, now);
            case EXTEND -> extend(current, order, messageId, now);
            case ACCEPT -> accept(current, order, messageId);
            case RESET -> reset(current, order, messageId, now);
        };
    }

    private Outcome retake(@Nullable SyncRecord current, MobileSyncOrder order, String messageId, Instant now) {
        if (current != null) {
            if (isUpToRetakeOrCompletion(current, order)) {
                return new Outcome.Stale(current);
            }
            if (order.timestamp().isBefore(current.timestamp())) {
                return changed(keepStatus(current, messageId)
                        .retake(order.reason(), order.timestamp())
                        .ordered(order));
            }
        }
        return changed(builder(current, order)
                .status(Status.WAITING, messageId, order.timestamp())
                .retake(order.reason(), order.timestamp())
                .ordered(order)
                .deadline(millis(now.plus(syncTimeout.of(order.examinee()))))
                .accepted(null, null)
                .error(null));
    }

    private static Outcome extend(@Nullable SyncRecord current, MobileSyncOrder order, String messageId, Instant now) {
        Instant deadline = order.deadline() == null ? now : millis(order.deadline());
        if (current == null
                || current.status() == Status.COMPLETED
                || hasNewerOrder(current, order)
                || !deadline.isAfter(now)
                || deadline.isAfter(now.plus(MobileSyncOrder.MAX_EXTENSION))) {
            return new Outcome.Stale(current);
        }
        Instant before = current.deadline();
        if (deadline.equals(before)) {
            return new Outcome.Same(current);
        }
        boolean older = order.timestamp().isBefore(current.timestamp());
        if (older && before != null && deadline.isBefore(before)) {
            return new Outcome.Stale(current);
        }
        SyncRecord.Builder next = current.toBuilder();
        if (current.status() == Status.TIMEOUT || current.status() == Status.FAILED && !older) {
            next.status(Status.WAITING, messageId, latest(current, order.timestamp()))
                    .error(null);
        } else {
            next.status(current.status(), messageId, latest(current, order.timestamp()));
        }
        return changed(next.deadline(deadline).ordered(order));
    }

    private static Outcome accept(@Nullable SyncRecord current, MobileSyncOrder order, String messageId) {
        if (current != null) {
            if (current.status() == Status.COMPLETED
                    && order.by().equals(current.acceptedBy())
                    && order.reason().equals(current.acceptedReason())) {
                return new Outcome.Same(current);
            }
            Instant retakeAt = current.retakeAt();
            if (hasNewerOrder(current, order)
                    || retakeAt != null && order.timestamp().isBefore(retakeAt)) {
                return new Outcome.Stale(current);
            }
        }
        return changed(builder(current, order)
                .status(Status.COMPLETED, messageId, latest(current, order.timestamp()))
                .accepted(order.by(), order.reason())
                .entered()
                .ordered(order)
                .deadline(null)
                .error(null)
                .retake(null, retakeAt(current)));
    }

    /** Whether a newer order has set what this one would set. An order may be published again long after it was applied. */
    private static boolean hasNewerOrder(SyncRecord current, MobileSyncOrder order) {
        LastOrder last = current.lastOrder();
        return last != null
                && order.timestamp().isBefore(last.timestamp())
                && (order.order() == MobileSyncOrder.Order.EXTEND || last.order() == MobileSyncOrder.Order.ACCEPT);
    }

    /**
     * Keeps nothing of the record but the name, and what later events are compared with. The reset takes effect now, or at the time
     * of the newest known event if that is later, not when it was ordered: the pairing ends now, so what its phone has sent
     * until now does not count.
     */
    private Outcome reset(@Nullable SyncRecord current, MobileSyncOrder order, String messageId, Instant now) {
        Instant resetAt = order.timestamp().isAfter(now) ? order.timestamp() : now;
        SyncRecord.Builder next = SyncRecord.builder(order.examinee());
        if (current != null) {
            if (isUpToRetakeOrCompletion(current, order)) {
                return new Outcome.Stale(current);
            }
            resetAt = latest(current, resetAt);
            Instant supersededUntil = current.supersededUntil();
            resetAt = supersededUntil != null && supersededUntil.isAfter(resetAt) ? supersededUntil : resetAt;
            next.name(current.name());
        }
        return changed(next.status(Status.WAITING, messageId, resetAt)
                .retake(null, order.timestamp())
                .reset(resetAt)
                .ordered(order)
                .deadline(millis(now.plus(syncTimeout.of(order.examinee())))));
    }

    /** Whether a retake or reset has no effect: it is not newer than the last retake or reset, or older than a completion. */
    private static boolean isUpToRetakeOrCompletion(SyncRecord current, MobileSyncOrder order) {
        Instant retakeAt = current.retakeAt();
        boolean alreadyOrdered = retakeAt != null && !order.timestamp().isAfter(retakeAt);
        return alreadyOrdered
                || current.status() == Status.COMPLETED && order.timestamp().isBefore(current.timestamp());
    }
}
