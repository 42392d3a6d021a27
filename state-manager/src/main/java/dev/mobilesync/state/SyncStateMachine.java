package dev.mobilesync.state;

import dev.mobilesync.messages.AmqpNames;
import dev.mobilesync.messages.ErrorCode;
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
 * The contract's status table as a pure function. Messages may come late, twice and in any order: a message that was
 * applied already changes nothing, one that was overtaken never takes a status back, and a picture that the phone was
 * told to be taken is never lost.
 *
 * @param syncTimeout how long an examinee is waited for
 */
record SyncStateMachine(Duration syncTimeout) {

    /** How far ahead a proctor may put a deadline. */
    static final Duration MAX_EXTENSION = Duration.ofHours(24);

    /**
     * What {@code message} does.
     *
     * @param current the examinee's record, {@code null} if there is none
     * @param messageId the same for each delivery of the same message
     * @param now by the clock by which deadlines are kept
     */
    Outcome apply(@Nullable SyncRecord current, StateEvent message, String messageId, Instant now) {
        if (current != null && current.messageId().equals(messageId)) {
            return new Outcome.Same(current);
        }
        if (message instanceof MobileSyncWait wait) {
            return wait(current, wait, messageId, now);
        }
        if (message instanceof MobileSyncOrder order) {
            return switch (order.order()) {
                case RETAKE -> retake(current, order, messageId, now);
                case EXTEND -> extend(current, order, messageId, now);
                case ACCEPT -> accept(current, order, messageId);
            };
        }
        MobileSyncStatus event = (MobileSyncStatus) message;
        return switch (event.status()) {
            case COMPLETED -> completed(current, event, messageId);
            case PAIRED -> paired(current, event, messageId, now);
            case FAILED -> failed(current, event, messageId);
            case WAITING, TIMEOUT -> throw new IllegalArgumentException("not an event: " + event.status());
        };
    }

    /**
     * What it does that a deadline of this record may have passed.
     *
     * @param now by the clock by which deadlines are kept
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

    private Outcome wait(@Nullable SyncRecord current, MobileSyncWait wait, String messageId, Instant now) {
        if (current != null) {
            if (current.status() == Status.COMPLETED) {
                return new Outcome.Same(current);
            }
            if (!wait.timestamp().isAfter(current.timestamp())) {
                boolean waitedFor = current.deadline() != null || current.status() == Status.TIMEOUT;
                return waitedFor
                        ? new Outcome.Stale(current)
                        : changed(stands(current, messageId).deadline(deadline(current, now)));
            }
        }
        return changed(builder(current, wait)
                .status(Status.WAITING, messageId, wait.timestamp())
                .deadline(deadline(current, now))
                .error(null));
    }

    /** Counts even if it is older than the record: the phone was told that its picture is taken. */
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
                // Accepted by hand before the picture arrived: now there is one to look at.
                timestamp = current.timestamp();
            }
        }
        SyncRecord.Builder next = builder(current, event)
                .status(Status.COMPLETED, messageId, timestamp)
                .device(event.deviceId())
                .deadline(null)
                .error(null)
                .retake(null, retakeAt(current))
                .overtakenUntil(overtakenUntil(current, timestamp));
        if (event.captureInfo() != null) {
            next.capture(event.captureInfo());
        }
        return changed(next);
    }

    private Outcome paired(@Nullable SyncRecord current, MobileSyncStatus event, String messageId, Instant now) {
        if (current != null) {
            boolean older = isOvertaken(current, event);
            boolean nothingNew = current.deviceId() != null || current.retakeAt() != null;
            if (current.status() == Status.COMPLETED || older && nothingNew) {
                return new Outcome.Stale(current);
            }
            if (older && current.status() != Status.WAITING) {
                return changed(stands(current, messageId).device(event.deviceId()));
            }
        }
        return changed(builder(current, event)
                .status(Status.PAIRED, messageId, later(current, event.timestamp()))
                .device(event.deviceId())
                .deadline(deadline(current, now))
                .error(null));
    }

    private static Outcome failed(@Nullable SyncRecord current, MobileSyncStatus event, String messageId) {
        if (current != null && (current.status() == Status.COMPLETED || isOvertaken(current, event))) {
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
            boolean ordered = retakeAt != null && !order.timestamp().isAfter(retakeAt);
            boolean older = order.timestamp().isBefore(current.timestamp());
            if (ordered || older && current.status() == Status.COMPLETED) {
                return new Outcome.Stale(current);
            }
            if (older) {
                return changed(stands(current, messageId)
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
                || !deadline.isAfter(now)
                || deadline.isAfter(now.plus(MAX_EXTENSION))) {
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
            next.status(Status.WAITING, messageId, later(current, order.timestamp()))
                    .error(null);
        } else {
            next.status(current.status(), messageId, later(current, order.timestamp()));
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
            if (retakeAt != null && order.timestamp().isBefore(retakeAt)) {
                return new Outcome.Stale(current);
            }
        }
        return changed(builder(current, order)
                .status(Status.COMPLETED, messageId, later(current, order.timestamp()))
                .accepted(order.by(), order.reason())
                .ordered(order)
                .deadline(null)
                .error(null)
                .retake(null, retakeAt(current)));
    }

    /** Whether the record stands for something newer, or did before an older picture was taken in. */
    private static boolean isOvertaken(SyncRecord current, MobileSyncStatus event) {
        Instant until = current.overtakenUntil();
        return event.timestamp().isBefore(current.timestamp())
                || until != null && !event.timestamp().isAfter(until);
    }

    /** What a picture from {@code timestamp} overtakes though it is older. */
    private static @Nullable Instant overtakenUntil(@Nullable SyncRecord current, Instant timestamp) {
        if (current == null) {
            return null;
        }
        Instant before = current.overtakenUntil();
        Instant until = before == null || current.timestamp().isAfter(before) ? current.timestamp() : before;
        return until.isAfter(timestamp) ? until : null;
    }

    private static Outcome changed(SyncRecord.Builder next) {
        return new Outcome.New(next.build());
    }

    /** For a message that something newer has overtaken: the status stands, what only the message knows is added. */
    private static SyncRecord.Builder stands(SyncRecord current, String messageId) {
        return current.toBuilder().status(current.status(), messageId, current.timestamp());
    }

    private static SyncRecord.Builder builder(@Nullable SyncRecord current, StateEvent message) {
        return current == null ? SyncRecord.builder(message.examinee()) : current.toBuilder();
    }

    /** The deadline that stands, or a new one. */
    private Instant deadline(@Nullable SyncRecord current, Instant now) {
        Instant standing = current == null ? null : current.deadline();
        return standing == null ? millis(now.plus(syncTimeout)) : standing;
    }

    private static Instant later(@Nullable SyncRecord current, Instant timestamp) {
        return current == null || timestamp.isAfter(current.timestamp()) ? timestamp : current.timestamp();
    }

    private static @Nullable Instant retakeAt(@Nullable SyncRecord current) {
        return current == null ? null : current.retakeAt();
    }

    /** Deadlines are kept to the millisecond, like the scores in Redis. */
    private static Instant millis(Instant instant) {
        return instant.truncatedTo(ChronoUnit.MILLIS);
    }
}
