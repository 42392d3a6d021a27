package dev.mobilesync.state.transition;

import dev.mobilesync.messages.AmqpNames;
import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.messages.MobileSyncOrder;
import dev.mobilesync.messages.MobileSyncStatus;
import dev.mobilesync.messages.MobileSyncWait;
import dev.mobilesync.messages.Status;
import dev.mobilesync.messages.StatusQueueMessage;
import dev.mobilesync.messages.SyncError;
import dev.mobilesync.messages.SyncRecord;
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
record SyncStateMachine(SyncTimeout syncTimeout) {

    /**
     * Returns the effect of an event.
     *
     * @param current the examinee's record, {@code null} if there is none
     * @param messageId equal for each delivery of the same message
     * @param now by the clock of Redis
     */
    Outcome apply(@Nullable SyncRecord current, StatusQueueMessage event, String messageId, Instant now) {
        if (current != null && current.messageId().equals(messageId)) {
            return new Outcome.Same(current);
        }
        if (event instanceof MobileSyncWait wait) {
            return enterStep(current, wait, messageId, now);
        }
        if (event instanceof MobileSyncOrder order) {
            return new OrderTransitions(syncTimeout).apply(current, order, messageId, now);
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
                // A reset has the time at which it was applied, by another clock than this wait that may answer it.
                if (current.notEntered() != null && !isUpTo(current.retakeAt(), wait.timestamp())) {
                    return changed(keepStatus(current, messageId).entered());
                }
                boolean alreadyWaiting = current.deadline() != null || current.status() == Status.TIMEOUT;
                return alreadyWaiting
                        ? new Outcome.Stale(current)
                        : changed(keepStatus(current, messageId).deadline(deadline(current, wait, now)));
            }
        }
        String name = wait.name() != null || current == null ? wait.name() : current.name();
        return changed(builder(current, wait)
                .status(Status.WAITING, messageId, wait.timestamp())
                .name(name)
                .deadline(deadline(current, wait, now))
                .entered()
                .error(null));
    }

    /** Counts even if it is older than the record, because the picture was confirmed to the phone. */
    private static Outcome completed(@Nullable SyncRecord current, MobileSyncStatus event, String messageId) {
        Instant timestamp = event.timestamp();
        if (current != null) {
            if (isUpTo(current.picturesIgnoredUntil(), timestamp)) {
                return new Outcome.Stale(current);
            }
            if (current.status() == Status.COMPLETED && !timestamp.isAfter(current.timestamp())) {
                if (current.hasPictureSince(timestamp)) {
                    return new Outcome.Stale(current);
                }
                // An ACCEPT was applied before the picture, which is added.
                timestamp = current.timestamp();
            }
        }
        SyncRecord.Builder next = builder(current, event)
                .status(Status.COMPLETED, messageId, timestamp)
                .device(event.deviceId())
                .deadline(null)
                .error(null)
                .retake(null, retakeAt(current))
                .entered()
                .supersededUntil(supersededUntil(current, timestamp));
        if (event.captureInfo() != null) {
            next.capture(event.captureInfo(), event.timestamp());
        }
        return changed(next);
    }

    private Outcome paired(@Nullable SyncRecord current, MobileSyncStatus event, String messageId, Instant now) {
        if (current != null) {
            boolean older = isSuperseded(current, event);
            boolean nothingNew =
                    current.deviceId() != null || isUpTo(current.picturesIgnoredUntil(), event.timestamp());
            if (current.status() == Status.COMPLETED || older && nothingNew) {
                return new Outcome.Stale(current);
            }
            if (older && current.status() != Status.WAITING) {
                return changed(
                        keepStatus(current, messageId).device(event.deviceId()).entered());
            }
        }
        return changed(builder(current, event)
                .status(Status.PAIRED, messageId, latest(current, event.timestamp()))
                .device(event.deviceId())
                .deadline(deadline(current, event, now))
                .entered()
                .error(null));
    }

    private static Outcome failed(@Nullable SyncRecord current, MobileSyncStatus event, String messageId) {
        if (current != null && (current.status() == Status.COMPLETED || isSuperseded(current, event))) {
            return new Outcome.Stale(current);
        }
        SyncRecord.Builder next = builder(current, event)
                .status(Status.FAILED, messageId, event.timestamp())
                .entered()
                .error(event.error());
        if (event.deviceId() != null) {
            next.device(event.deviceId());
        }
        return changed(next);
    }

    /** Whether the event is older than the record, than the last reset, or than a state that an older picture has replaced. */
    private static boolean isSuperseded(SyncRecord current, MobileSyncStatus event) {
        Instant until = current.supersededUntil();
        return event.timestamp().isBefore(current.timestamp())
                || isUpTo(until, event.timestamp())
                || isUpTo(current.resetAt(), event.timestamp());
    }

    private static boolean isUpTo(@Nullable Instant until, Instant timestamp) {
        return until != null && !timestamp.isAfter(until);
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

    static Outcome changed(SyncRecord.Builder next) {
        return new Outcome.New(next.build());
    }

    /** For a superseded event: keeps the status and lets the caller add what only this event contains. */
    static SyncRecord.Builder keepStatus(SyncRecord current, String messageId) {
        return current.toBuilder().status(current.status(), messageId, current.timestamp());
    }

    static SyncRecord.Builder builder(@Nullable SyncRecord current, StatusQueueMessage event) {
        return current == null ? SyncRecord.builder(event.examinee()) : current.toBuilder();
    }

    /** Returns the current deadline, or a new one. */
    private Instant deadline(@Nullable SyncRecord current, StatusQueueMessage event, Instant now) {
        Instant existing = current == null ? null : current.deadline();
        return existing == null ? newDeadline(event, now) : existing;
    }

    private Instant newDeadline(StatusQueueMessage event, Instant now) {
        return millis(now.plus(syncTimeout.of(event.examinee())));
    }

    static Instant latest(@Nullable SyncRecord current, Instant timestamp) {
        return current == null || timestamp.isAfter(current.timestamp()) ? timestamp : current.timestamp();
    }

    static @Nullable Instant retakeAt(@Nullable SyncRecord current) {
        return current == null ? null : current.retakeAt();
    }

    /** Deadlines have millisecond precision, like the scores in Redis. */
    static Instant millis(Instant instant) {
        return instant.truncatedTo(ChronoUnit.MILLIS);
    }
}
