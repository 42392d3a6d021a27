package dev.mobilesync.messages;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A pairing, or the result of a phone's attempt. From web-server to state-manager.
 *
 * @param deviceId present unless the attempt failed before the phone was known
 * @param status {@code COMPLETED}, {@code FAILED} or {@code PAIRED}
 * @param captureInfo present only if completed
 * @param error present only if failed
 */
public record MobileSyncStatus(
        String planId,
        String examineeId,
        @Nullable String deviceId,
        Status status,
        Instant timestamp,
        @Nullable CaptureInfo captureInfo,
        @Nullable SyncError error)
        implements StatusQueueMessage {

    public MobileSyncStatus {
        new ExamineeKey(planId, examineeId);
        requireNonNull(status, "status");
        requireNonNull(timestamp, "timestamp");
        if (status == Status.WAITING || status == Status.TIMEOUT) {
            throw new IllegalArgumentException("status must be COMPLETED, FAILED or PAIRED");
        }
        if (deviceId != null || status != Status.FAILED) {
            Identifiers.require("deviceId", deviceId);
        }
        if ((captureInfo != null) != (status == Status.COMPLETED)) {
            throw new IllegalArgumentException("captureInfo belongs to COMPLETED, and only to it");
        }
        if ((error != null) != (status == Status.FAILED)) {
            throw new IllegalArgumentException("error belongs to FAILED, and only to it");
        }
    }

    public static MobileSyncStatus completed(
            ExamineeKey examinee, String deviceId, Instant timestamp, CaptureInfo captureInfo) {
        return new MobileSyncStatus(
                examinee.planId(), examinee.examineeId(), deviceId, Status.COMPLETED, timestamp, captureInfo, null);
    }

    public static MobileSyncStatus failed(
            ExamineeKey examinee, @Nullable String deviceId, Instant timestamp, SyncError error) {
        return new MobileSyncStatus(
                examinee.planId(), examinee.examineeId(), deviceId, Status.FAILED, timestamp, null, error);
    }

    public static MobileSyncStatus paired(ExamineeKey examinee, String deviceId, Instant timestamp) {
        return new MobileSyncStatus(
                examinee.planId(), examinee.examineeId(), deviceId, Status.PAIRED, timestamp, null, null);
    }
}
