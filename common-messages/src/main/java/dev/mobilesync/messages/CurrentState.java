package dev.mobilesync.messages;

import static java.util.Objects.requireNonNull;

/** The broadcast that shows the state of a record. */
final class CurrentState {

    private CurrentState() {}

    static Broadcast of(SyncRecord record) {
        return switch (record.status()) {
            case WAITING ->
                new MobileSyncWaiting(
                        record.planId(),
                        record.examineeId(),
                        record.status(),
                        record.timestamp(),
                        requireNonNull(record.deadline(), "deadline"),
                        record.retakeReason(),
                        record.deviceId(),
                        record.notEntered(),
                        record.name());
            case PAIRED ->
                new MobileSyncPaired(
                        record.planId(),
                        record.examineeId(),
                        requireNonNull(record.deviceId(), "deviceId"),
                        record.status(),
                        record.timestamp(),
                        requireNonNull(record.deadline(), "deadline"),
                        record.retakeReason());
            case COMPLETED ->
                new MobileSyncCompleted(
                        record.planId(), record.examineeId(), record.deviceId(), record.status(), record.timestamp());
            case FAILED ->
                new MobileSyncFailed(
                        record.planId(),
                        record.examineeId(),
                        record.deviceId(),
                        record.status(),
                        record.timestamp(),
                        error(record),
                        record.deadline(),
                        record.retakeReason());
            case TIMEOUT ->
                new MobileSyncTimeout(
                        record.planId(),
                        record.examineeId(),
                        record.status(),
                        record.timestamp(),
                        error(record),
                        record.notEntered());
        };
    }

    private static SyncError error(SyncRecord record) {
        String message = record.errorMessage();
        return SyncError.of(requireNonNull(record.errorCode(), "errorCode"), message == null ? "" : message);
    }
}
