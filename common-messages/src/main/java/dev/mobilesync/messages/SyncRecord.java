package dev.mobilesync.messages;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An examinee's state in Redis ({@link RedisKeys#record}). Only state-manager writes it.
 *
 * @param deviceId the phone of the newest pairing or attempt
 * @param timestamp time of the message that set the status, or of an {@code EXTEND} that kept it; for a timeout or a reset, the
 *     time at which it took effect
 * @param imageUrl see {@link CaptureInfo}; kept during a retake, like {@code deviceInfo}, {@code imageVersion} and {@code imageTimestamp}
 * @param deadline when the wait times out; absent after the timeout and after the step
 * @param errorCode present only if failed or timed out, like {@code errorMessage}
 * @param messageId id of the message that last changed the record; a repeated one changes nothing
 * @param imageTimestamp the time of the capture of {@code imageUrl}: when web-server was about to store it, not when the phone took
 *     it; later than the previous picture and the last retake or reset that web-server knew. Absent in older records
 * @param retakeReason why a retake was ordered; absent once the step is completed or reset. {@code reason} in Redis and in JSON
 * @param retakeAt when the last retake or reset was ordered; pictures up to and including this time do not count
 * @param resetAt when the last reset took effect; pictures, failures and pairings up to and including this time do not count
 * @param notEntered true after a reset until the examinee enters the step, a phone is paired, an upload succeeds or fails, or an
 *     {@code ACCEPT} completes the step; otherwise {@code null}
 * @param acceptedBy who accepted the step, a proctor or the platform's server: {@code sub} of the token
 * @param acceptedReason why the step was accepted
 * @param supersededUntil set when a picture older than the current state completed the step: the time of that state. Failures
 *     and pairings up to and including this time do not count
 * @param lastOrder the newest order that changed the record since its last reset
 * @param name the examinee's, if a token had one when the examinee entered
 * @param revision grows with every change, even if Redis loses its data; orders broadcasts. Below 2^53
 */
public record SyncRecord(
        String planId,
        String examineeId,
        Status status,
        @Nullable String deviceId,
        Instant timestamp,
        @Nullable String imageUrl,
        @Nullable DeviceInfo deviceInfo,
        @Nullable Instant deadline,
        @Nullable ErrorCode errorCode,
        @Nullable String errorMessage,
        String messageId,
        @Nullable String imageVersion,
        @Nullable Instant imageTimestamp,
        @JsonProperty("reason") @Nullable String retakeReason,
        @Nullable Instant retakeAt,
        @Nullable Instant resetAt,
        @Nullable Boolean notEntered,
        @Nullable String acceptedBy,
        @Nullable String acceptedReason,
        @Nullable Instant supersededUntil,
        @Nullable LastOrder lastOrder,
        @Nullable String name,
        long revision) {

    public SyncRecord {
        new ExamineeKey(planId, examineeId);
        requireNonNull(status, "status");
        requireNonNull(timestamp, "timestamp");
        requireNonNull(messageId, "messageId");
    }

    public ExamineeKey examinee() {
        return new ExamineeKey(planId, examineeId);
    }

    /** Returns until when pictures do not count: the last retake or reset, {@code null} without one. */
    public @Nullable Instant picturesIgnoredUntil() {
        return resetAt == null || retakeAt != null && retakeAt.isAfter(resetAt) ? retakeAt : resetAt;
    }

    /** Whether the record names a picture of this time or later. An older record without that time counts as one of its own time. */
    public boolean hasPictureSince(Instant captureTime) {
        Instant newest = imageTimestamp == null ? timestamp : imageTimestamp;
        return imageUrl != null && !captureTime.isAfter(newest);
    }

    /** Returns a builder with the fields of this record. */
    public Builder toBuilder() {
        return new Builder(this);
    }

    /** Returns a builder for an examinee without a record. */
    public static Builder builder(ExamineeKey examinee) {
        return new Builder(examinee);
    }

    /** Returns the message for subscribers: the broadcast of a change, and the current state for later subscribers. */
    public Broadcast broadcast() {
        return CurrentState.of(this);
    }

    /** Returns the {@code message_id} of {@link #broadcast()}, equal for each publication of the same revision. */
    public String broadcastId() {
        return AmqpNames.messageId(messageId, "broadcast", Long.toString(revision));
    }

    /** Returns the fields of the Redis hash. Absent fields are omitted. */
    public Map<String, String> toHash() {
        return SyncRecordHash.write(this);
    }

    /**
     * Reads a Redis hash. Status and timestamp are sufficient, with the fields that the status requires.
     *
     * @return {@code null} for an empty hash, which is Redis's reply for a missing key
     * @throws UnreadableRecordException if a field is invalid, or is missing although the status requires it
     */
    public static @Nullable SyncRecord fromHash(ExamineeKey examinee, Map<String, String> hash) {
        return hash.isEmpty() ? null : SyncRecordHash.read(examinee, hash);
    }

    public static final class Builder {

        private final ExamineeKey examinee;
        private @Nullable Status status;
        private @Nullable String deviceId;
        private @Nullable Instant timestamp;
        private @Nullable String imageUrl;
        private @Nullable DeviceInfo deviceInfo;
        private @Nullable Instant deadline;
        private @Nullable ErrorCode errorCode;
        private @Nullable String errorMessage;
        private @Nullable String messageId;
        private @Nullable String imageVersion;
        private @Nullable Instant imageTimestamp;
        private @Nullable String retakeReason;
        private @Nullable Instant retakeAt;
        private @Nullable Instant resetAt;
        private @Nullable Boolean notEntered;
        private @Nullable String acceptedBy;
        private @Nullable String acceptedReason;
        private @Nullable Instant supersededUntil;
        private @Nullable LastOrder lastOrder;
        private @Nullable String name;
        private long revision;

        private Builder(ExamineeKey examinee) {
            this.examinee = examinee;
        }

        private Builder(SyncRecord record) {
            this(record.examinee());
            status = record.status;
            deviceId = record.deviceId;
            timestamp = record.timestamp;
            imageUrl = record.imageUrl;
            deviceInfo = record.deviceInfo;
            deadline = record.deadline;
            errorCode = record.errorCode;
            errorMessage = record.errorMessage;
            messageId = record.messageId;
            imageVersion = record.imageVersion;
            imageTimestamp = record.imageTimestamp;
            retakeReason = record.retakeReason;
            retakeAt = record.retakeAt;
            resetAt = record.resetAt;
            notEntered = record.notEntered;
            acceptedBy = record.acceptedBy;
            acceptedReason = record.acceptedReason;
            supersededUntil = record.supersededUntil;
            lastOrder = record.lastOrder;
            name = record.name;
            revision = record.revision;
        }

        /** Sets the status, and the id and time of the event behind it. */
        public Builder status(Status status, String messageId, Instant timestamp) {
            this.status = status;
            this.messageId = messageId;
            this.timestamp = timestamp;
            return this;
        }

        public Builder device(@Nullable String deviceId) {
            this.deviceId = deviceId;
            return this;
        }

        /** Sets the picture, and the time of its capture, as in {@code imageTimestamp}. */
        public Builder capture(CaptureInfo capture, Instant captureTime) {
            this.imageUrl = capture.imageUrl();
            this.deviceInfo = capture.deviceInfo();
            this.imageVersion = capture.imageVersion();
            this.imageTimestamp = captureTime;
            return this;
        }

        public Builder deadline(@Nullable Instant deadline) {
            this.deadline = deadline;
            return this;
        }

        /** Sets or, with {@code null}, clears the error. */
        public Builder error(@Nullable SyncError error) {
            this.errorCode = error == null ? null : error.code();
            this.errorMessage = error == null ? null : error.message();
            return this;
        }

        /** Sets why a retake, and when the last retake or reset was ordered; {@code null} clears a part. */
        public Builder retake(@Nullable String reason, @Nullable Instant retakeAt) {
            this.retakeReason = reason;
            this.retakeAt = retakeAt;
            return this;
        }

        /** Sets when a reset took effect. The examinee has to enter the step again. */
        public Builder reset(Instant resetAt) {
            this.resetAt = resetAt;
            this.notEntered = true;
            return this;
        }

        /** Clears {@code notEntered}. */
        public Builder entered() {
            this.notEntered = null;
            return this;
        }

        /** Sets or, with {@code null}, clears who accepted and the reason. */
        public Builder accepted(@Nullable String by, @Nullable String reason) {
            this.acceptedBy = by;
            this.acceptedReason = reason;
            return this;
        }

        public Builder supersededUntil(@Nullable Instant supersededUntil) {
            this.supersededUntil = supersededUntil;
            return this;
        }

        /** Sets the last order, unless it is older than the current one. */
        public Builder ordered(MobileSyncOrder order) {
            if (lastOrder == null || !order.timestamp().isBefore(lastOrder.timestamp())) {
                lastOrder = LastOrder.of(order);
            }
            return this;
        }

        public Builder name(@Nullable String name) {
            this.name = name;
            return this;
        }

        public Builder revision(long revision) {
            this.revision = revision;
            return this;
        }

        public SyncRecord build() {
            return new SyncRecord(
                    examinee.planId(),
                    examinee.examineeId(),
                    requireNonNull(status, "status"),
                    deviceId,
                    requireNonNull(timestamp, "timestamp"),
                    imageUrl,
                    deviceInfo,
                    deadline,
                    errorCode,
                    errorMessage,
                    requireNonNull(messageId, "messageId"),
                    imageVersion,
                    imageTimestamp,
                    retakeReason,
                    retakeAt,
                    resetAt,
                    notEntered,
                    acceptedBy,
                    acceptedReason,
                    supersededUntil,
                    lastOrder,
                    name,
                    revision);
        }
    }
}
