package dev.mobilesync.state.transition;

import dev.mobilesync.messages.AmqpNames;
import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.messages.LastOrder;
import dev.mobilesync.messages.MobileSyncOrder;
import dev.mobilesync.messages.MobileSyncStatus;
import dev.mobilesync.messages.MobileSyncWait;
import dev.mobilesync.messages.StateEvent;
import dev.mobilesync.messages.Status;
import dev.mobilesync.messages.SyncError;
import dev.mobilesync.messages.SyncRecord;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * The table of state transitions in README.md of state-manager, as a pure function. Events may arrive late, twice and in any
 * order: an event that was already applied changes nothing, a superseded one never reverts a status, and a picture that was
 * confirmed to the phone is never lost.
 *
 * @param syncTimeout how long an examinee may wait
 */
record SyncStateMachine(Duration syncTimeout) {

    /**
     * Returns the effect of an event.
     *
     * @param current the examinee's record, {@code null} if there is none
     * @param messageId equal for each delivery of the same message
     * @param now by the clock of Redis
     */
    Outcome apply(@Nullable SyncRecord current, StateEvent event, String messageId, Instant now) {
        if (current != null && current.messageId().equals(messageId)) {
            return new Outcome.Same(current);
        }
        if (event instanceof MobileSyncWait wait) {
            return enterStep(current, wait, messageId, now);
        }
        if (event instanceof MobileSyncOrder order) {
            return switch (order.order()) {
                case RETAKE -> retake(current, order, messageId, now);
                case EXTEND -> extend(current, order, messageId, now);
                case ACCEPT -> accept(current, order, messageId);
            };
        }
        MobileSyncStatus status = (MobileSyncStatus) event;
        return switch (status.status()) {
            case COMPLETED -> completed(current, status, messageId);
            case PAIRED -> paired(current, status, messageId, now);
            case FAILED -> failed(current, status, messageId);
            case WAITING, TIMEOUT -> throw new IllegalArgumentException("not an event: " + status.status());
        };
    }

    /**
     * Returns the effect of a deadline that may have passed.
     *
     * @param now by the clock of Redis
     */
    Outcome timeOut(SyncRecord current, Instant now) {
        if (current.status() == Status.TIMEOUT) {
            return new Outcome.Same(current);
        }
        Instant deadline = current.deadline();
        if (deadline == null || deadline.isAfter(now) || current.status() == Status.COMPLETED) {
            return new Outcome.Stale(current);
        }
        String messageId = AmqpNames.messageId(current.planId(), current.examineeId(), "timeout", deadline.toString());
        return changed(current.toBuilder()
                .status(Status.TIMEOUT, messageId, now)
                .deadline(null)
                .error(SyncError.of(ErrorCode.SYNC_TIMEOUT, "no picture came before the deadline")));
    }

    private Outcome enterStep(@Nullable SyncRecord current, MobileSyncWait wait, String messageId, Instant now) {
        if (current != null) {
            if (current.status() == Status.COMPLETED) {
                return new Outcome.Same(current);
            }
            if (!wait.timestamp().isAfter(current.timestamp())) {
                boolean alreadyWaiting = current.deadline() != null || current.status() == Status.TIMEOUT;
                return alreadyWaiting
                        ? new Outcome.Stale(current)
                        : changed(keepStatus(current, messageId).deadline(deadline(current, now)));
            }
        }
        return changed(builder(current, wait)
                .status(Status.WAITING, messageId, wait.timestamp())
                .deadline(deadline(current, now))
                .error(null));
    }

    /** Counts even if it is older than the record, because the picture was confirmed to the phone. */
    private static Outcome completed(@Nullable SyncRecord current, MobileSyncStatus event, String messageId) {
        Instant timestamp = event.timestamp();
        if (current != null) {
            Instant retakeAt = current.retakeAt();
            if (retakeAt != null && !timestamp.isAfter(retakeAt)) {
                return new Outcome.Stale(current);
            }
            if (current.status() == Status.COMPLETED && !timestamp.isAfter(current.timestamp())) {
                if (current.imageUrl() != null) {
                    return new Outcome.Stale(current);
                }
                // A proctor accepted before the picture arrived. The picture is added.
                timestamp = current.timestamp();
            }
        }
        SyncRecord.Builder next = builder(current, event)
                .status(Status.COMPLETED, messageId, timestamp)
                .device(event.deviceId())
                .deadline(null)
                .error(null)
                .retake(null, retakeAt(current))
                .supersededUntil(supersededUntil(current, timestamp));
        if (event.captureInfo() != null) {
            next.capture(event.captureInfo());
        }
        return changed(next);
    }

    private Outcome paired(@Nullable SyncRecord current, MobileSyncStatus event, String messageId, Instant now) {
        if (current != null) {
            boolean older = isSuperseded(current, event);
            boolean nothingNew = current.deviceId() != null || current.retakeAt() != null;
            if (current.status() == Status.COMPLETED || older && nothingNew) {
                return new Outcome.Stale(current);
            }
            if (older && current.status() != Status.WAITING) {
                return changed(keepStatus(current, messageId).device(event.deviceId()));
            }
        }
        return changed(builder(current, event)
                .status(Status.PAIRED, messageId, latest(current, event.timestamp()))
                .device(event.deviceId())
                .deadline(deadline(current, now))
                .error(null));
    }

    private static Outcome failed(@Nullable SyncRecord current, MobileSyncStatus event, String messageId) {
        if (current != null && (current.status() == Status.COMPLETED || isSuperseded(current, event))) {
            return new Outcome.Stale(current);
        }
        SyncRecord.Builder next = builder(current, event)
                .status(Status.FAILED, messageId, event.timestamp())
                .error(event.error());
        if (event.deviceId() != null) {
            next.device(event.deviceId());
        }
        return changed(next);
    }

    private Outcome retake(@Nullable SyncRecord current, MobileSyncOrder order, String messageId, Instant now) {
        if (current != null) {
            Instant retakeAt = current.retakeAt();
            boolean alreadyOrdered = retakeAt != null && !order.timestamp().isAfter(retakeAt);
            boolean older = order.timestamp().isBefore(current.timestamp());
            if (alreadyOrdered || older && current.status() == Status.COMPLETED) {
                return new Outcome.Stale(current);
            }
            if (older) {
                return changed(keepStatus(current, messageId)
                        .retake(order.reason(), order.timestamp())
                        .ordered(order));
            }
        }
        return changed(builder(current, order)
                .status(Status.WAITING, messageId, order.timestamp())
                .retake(order.reason(), order.timestamp())
                .ordered(order)
                .deadline(millis(now.plus(syncTimeout)))
                .accepted(null, null)
                .error(null));
    }

    private static Outcome extend(@Nullable SyncRecord current, MobileSyncOrder order, String messageId, Instant now) {
        Instant deadline = order.deadline() == null ? now : millis(order.deadline());
        if (current == null
                || current.status() == Status.COMPLETED
                || isSuperseded(current, order)
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
            if (isSuperseded(current, order)
                    || retakeAt != null && order.timestamp().isBefore(retakeAt)) {
                return new Outcome.Stale(current);
            }
        }
        return changed(builder(current, order)
                .status(Status.COMPLETED, messageId, latest(current, order.timestamp()))
                .accepted(order.by(), order.reason())
                .ordered(order)
                .deadline(null)
                .error(null)
                .retake(null, retakeAt(current)));
    }

    /** Whether a newer order has set what this one would set. It may be published again long after it was applied. */
    private static boolean isSuperseded(SyncRecord current, MobileSyncOrder order) {
        LastOrder last = current.lastOrder();
        return last != null
                && order.timestamp().isBefore(last.timestamp())
                && (order.order() == MobileSyncOrder.Order.EXTEND || last.order() == MobileSyncOrder.Order.ACCEPT);
    }

    /** Whether the record holds a newer event, or did until an older picture replaced it. */
    private static boolean isSuperseded(SyncRecord current, MobileSyncStatus event) {
        Instant until = current.supersededUntil();
        return event.timestamp().isBefore(current.timestamp())
                || until != null && !event.timestamp().isAfter(until);
    }

    /** Returns the time of the newest event that a picture from {@code timestamp} supersedes although it is older. */
    private static @Nullable Instant supersededUntil(@Nullable SyncRecord current, Instant timestamp) {
        if (current == null) {
            return null;
        }
        Instant before = current.supersededUntil();
        Instant until = before == null || current.timestamp().isAfter(before) ? current.timestamp() : before;
        return until.isAfter(timestamp) ? until : null;
    }

    private static Outcome changed(SyncRecord.Builder next) {
        return new Outcome.New(next.build());
    }

    /** For a superseded event: keeps the status and lets the caller add what only this event contains. */
    private static SyncRecord.Builder keepStatus(SyncRecord current, String messageId) {
        return current.toBuilder().status(current.status(), messageId, current.timestamp());
    }

    private static SyncRecord.Builder builder(@Nullable SyncRecord current, StateEvent event) {
        return current == null ? SyncRecord.builder(event.examinee()) : current.toBuilder();
    }

    /** Returns the current deadline, or a new one. */
    private Instant deadline(@Nullable SyncRecord current, Instant now) {
        Instant existing = current == null ? null : current.deadline();
        return existing == null ? millis(now.plus(syncTimeout)) : existing;
    }

    private static Instant latest(@Nullable SyncRecord current, Instant timestamp) {
        return current == null || timestamp.isAfter(current.timestamp()) ? timestamp : current.timestamp();
    }

    private static @Nullable Instant retakeAt(@Nullable SyncRecord current) {
        return current == null ? null : current.retakeAt();
    }

    /** Deadlines have millisecond precision, like the scores in Redis. */
    private static Instant millis(Instant instant) {
        return instant.truncatedTo(ChronoUnit.MILLIS);
    }
}
