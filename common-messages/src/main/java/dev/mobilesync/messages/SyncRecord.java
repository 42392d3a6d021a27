package dev.mobilesync.messages;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * An examinee's state as it stands in Redis ({@link RedisKeys#record}); written by state-manager alone, read by all.
 *
 * @param timestamp when the fact behind the status happened
 * @param deadline when the wait times out; absent once it has, or when the step is over
 * @param messageId the message that brought the record to this status
 * @param reason why a proctor wants another picture
 * @param retakeAt when a proctor ordered another picture: none taken before counts
 * @param overtakenUntil when the newest fact happened that an older picture has overtaken: it and those before it do not
 *     count again
 * @param lastOrder the newest order of a proctor's that was followed
 * @param revision grows with every change, also over a loss of Redis's data; tells an old broadcast from a new one. Below
 *     2^53
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
        @Nullable String reason,
        @Nullable Instant retakeAt,
        @Nullable String acceptedBy,
        @Nullable String acceptedReason,
        @Nullable Instant overtakenUntil,
        @Nullable LastOrder lastOrder,
        long revision) {

    public SyncRecord {
        new ExamineeKey(planId, examineeId);
        requireNonNull(status, "status");
        requireNonNull(timestamp, "timestamp");
        requireNonNull(messageId, "messageId");
    }

    /** Whose it is. */
    public ExamineeKey examinee() {
        return new ExamineeKey(planId, examineeId);
    }

    /** A builder that starts from this record. */
    public Builder toBuilder() {
        return new Builder(this);
    }

    /** A builder for an examinee who has no record. */
    public static Builder builder(ExamineeKey examinee) {
        return new Builder(examinee);
    }

    /** What everybody is told of this state: live when it is reached, and again to whoever comes later. */
    public Broadcast broadcast() {
        return switch (status) {
            case WAITING ->
                new MobileSyncWaiting(
                        planId, examineeId, status, timestamp, requireNonNull(deadline, "deadline"), reason, deviceId);
            case PAIRED ->
                new MobileSyncPaired(
                        planId,
                        examineeId,
                        requireNonNull(deviceId, "deviceId"),
                        status,
                        timestamp,
                        requireNonNull(deadline, "deadline"),
                        reason);
            case COMPLETED -> new MobileSyncCompleted(planId, examineeId, deviceId, status, timestamp);
            case FAILED ->
                new MobileSyncFailed(planId, examineeId, deviceId, status, timestamp, error(), deadline, reason);
            case TIMEOUT -> new MobileSyncTimeout(planId, examineeId, status, timestamp, error());
        };
    }

    /** The {@code message_id} of {@link #broadcast()}: the same as often as it is published. */
    public String broadcastId() {
        return AmqpNames.messageId(messageId, "broadcast", Long.toString(revision));
    }

    private SyncError error() {
        return SyncError.of(requireNonNull(errorCode, "errorCode"), errorMessage == null ? "" : errorMessage);
    }

    /** The fields of the hash, the absent ones left out. */
    public Map<String, String> toHash() {
        Map<String, String> hash = new LinkedHashMap<>();
        hash.put("status", status.name());
        put(hash, "deviceId", deviceId);
        hash.put("timestamp", timestamp.toString());
        put(hash, "imageUrl", imageUrl);
        put(
                hash,
                "deviceInfo",
                deviceInfo == null ? null : MessageCodec.mapper().writeValueAsString(deviceInfo));
        put(hash, "deadline", deadline);
        put(hash, "errorCode", errorCode);
        put(hash, "errorMessage", errorMessage);
        hash.put("messageId", messageId);
        put(hash, "imageVersion", imageVersion);
        put(hash, "reason", reason);
        put(hash, "retakeAt", retakeAt);
        put(hash, "acceptedBy", acceptedBy);
        put(hash, "acceptedReason", acceptedReason);
        put(hash, "overtakenUntil", overtakenUntil);
        put(hash, "lastOrder", lastOrder == null ? null : MessageCodec.mapper().writeValueAsString(lastOrder));
        hash.put("revision", Long.toString(revision));
        return hash;
    }

    private static void put(Map<String, String> hash, String field, @Nullable Object value) {
        if (value != null) {
            hash.put(field, value.toString());
        }
    }

    /**
     * Reads a record.
     *
     * @param hash the fields; a record in just the scenario's five fields is accepted
     * @return {@code null} for an empty hash, which is how Redis says that there is none
     * @throws UnreadableRecordException if a field has no valid value, or lacks though its status needs it
     */
    public static @Nullable SyncRecord fromHash(ExamineeKey examinee, Map<String, String> hash) {
        if (hash.isEmpty()) {
            return null;
        }
        Builder builder = builder(examinee);
        builder.status = field(hash, "status", Status::valueOf);
        builder.deviceId = hash.get("deviceId");
        builder.timestamp = field(hash, "timestamp", Instant::parse);
        builder.imageUrl = hash.get("imageUrl");
        builder.deviceInfo =
                field(hash, "deviceInfo", json -> MessageCodec.mapper().readValue(json, DeviceInfo.class));
        builder.deadline = field(hash, "deadline", Instant::parse);
        builder.errorCode = field(hash, "errorCode", ErrorCode::valueOf);
        builder.errorMessage = hash.get("errorMessage");
        builder.messageId = hash.getOrDefault("messageId", "");
        builder.imageVersion = hash.get("imageVersion");
        builder.reason = hash.get("reason");
        builder.retakeAt = field(hash, "retakeAt", Instant::parse);
        builder.acceptedBy = hash.get("acceptedBy");
        builder.acceptedReason = hash.get("acceptedReason");
        builder.overtakenUntil = field(hash, "overtakenUntil", Instant::parse);
        builder.lastOrder =
                field(hash, "lastOrder", json -> MessageCodec.mapper().readValue(json, LastOrder.class));
        Long revision = field(hash, "revision", Long::valueOf);
        builder.revision = revision == null ? 0 : revision;
        try {
            SyncRecord record = builder.build();
            record.broadcast();
            return record;
        } catch (RuntimeException e) {
            throw new UnreadableRecordException("a field is missing or invalid: " + e.getMessage(), e);
        }
    }

    private static <T> @Nullable T field(Map<String, String> hash, String field, Function<String, T> parse) {
        String value = hash.get(field);
        try {
            return value == null ? null : parse.apply(value);
        } catch (RuntimeException e) {
            throw new UnreadableRecordException(field + " has no value that this version knows", e);
        }
    }

    /** Makes a record that differs from another in some fields. */
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
        private @Nullable String reason;
        private @Nullable Instant retakeAt;
        private @Nullable String acceptedBy;
        private @Nullable String acceptedReason;
        private @Nullable Instant overtakenUntil;
        private @Nullable LastOrder lastOrder;
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
            reason = record.reason;
            retakeAt = record.retakeAt;
            acceptedBy = record.acceptedBy;
            acceptedReason = record.acceptedReason;
            overtakenUntil = record.overtakenUntil;
            lastOrder = record.lastOrder;
            revision = record.revision;
        }

        /** The new status, the fact that it comes from, and when that happened. */
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

        public Builder capture(CaptureInfo capture) {
            this.imageUrl = capture.imageUrl();
            this.deviceInfo = capture.deviceInfo();
            this.imageVersion = capture.imageVersion();
            return this;
        }

        public Builder deadline(@Nullable Instant deadline) {
            this.deadline = deadline;
            return this;
        }

        /** The error; {@code null} to take it away. */
        public Builder error(@Nullable SyncError error) {
            this.errorCode = error == null ? null : error.code();
            this.errorMessage = error == null ? null : error.message();
            return this;
        }

        /** A proctor's wish for another picture; both {@code null} to take it away. */
        public Builder retake(@Nullable String reason, @Nullable Instant retakeAt) {
            this.reason = reason;
            this.retakeAt = retakeAt;
            return this;
        }

        /** Who accepted by hand and why; both {@code null} to take it away. */
        public Builder accepted(@Nullable String by, @Nullable String reason) {
            this.acceptedBy = by;
            this.acceptedReason = reason;
            return this;
        }

        public Builder overtakenUntil(@Nullable Instant overtakenUntil) {
            this.overtakenUntil = overtakenUntil;
            return this;
        }

        /** An order that is followed; an older one than is known is not the last. */
        public Builder ordered(MobileSyncOrder order) {
            if (lastOrder == null || !order.timestamp().isBefore(lastOrder.timestamp())) {
                lastOrder = LastOrder.of(order);
            }
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
                    reason,
                    retakeAt,
                    acceptedBy,
                    acceptedReason,
                    overtakenUntil,
                    lastOrder,
                    revision);
        }
    }
}
