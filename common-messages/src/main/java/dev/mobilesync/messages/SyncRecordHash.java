package dev.mobilesync.messages;

import static java.util.Objects.requireNonNull;
import static java.util.Objects.requireNonNullElse;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Converts a record to and from the fields of its Redis hash. */
final class SyncRecordHash {

    /** The field of {@link SyncRecord#supersededUntil()}; stored records have this name. */
    private static final String SUPERSEDED_UNTIL = "overtakenUntil";

    private SyncRecordHash() {}

    static Map<String, String> write(SyncRecord record) {
        Map<String, String> hash = new LinkedHashMap<>();
        put(hash, "status", record.status());
        put(hash, "deviceId", record.deviceId());
        put(hash, "timestamp", record.timestamp());
        put(hash, "imageUrl", record.imageUrl());
        put(hash, "deviceInfo", json(record.deviceInfo()));
        put(hash, "deadline", record.deadline());
        put(hash, "errorCode", record.errorCode());
        put(hash, "errorMessage", record.errorMessage());
        put(hash, "messageId", record.messageId());
        put(hash, "imageVersion", record.imageVersion());
        put(hash, "imageTimestamp", record.imageTimestamp());
        put(hash, "reason", record.retakeReason());
        put(hash, "retakeAt", record.retakeAt());
        put(hash, "resetAt", record.resetAt());
        put(hash, "notEntered", record.notEntered());
        put(hash, "acceptedBy", record.acceptedBy());
        put(hash, "acceptedReason", record.acceptedReason());
        put(hash, SUPERSEDED_UNTIL, record.supersededUntil());
        put(hash, "lastOrder", json(record.lastOrder()));
        put(hash, "name", record.name());
        put(hash, "revision", record.revision());
        return hash;
    }

    private static void put(Map<String, String> hash, String field, @Nullable Object value) {
        if (value != null) {
            hash.put(field, value.toString());
        }
    }

    private static @Nullable String json(@Nullable Object value) {
        return value == null ? null : MessageCodec.mapper().writeValueAsString(value);
    }

    static SyncRecord read(ExamineeKey examinee, Map<String, String> hash) {
        try {
            SyncRecord record = new SyncRecord(
                    examinee.planId(),
                    examinee.examineeId(),
                    requireNonNull(parse(hash, "status", Status::valueOf), "status"),
                    hash.get("deviceId"),
                    requireNonNull(parse(hash, "timestamp", Instant::parse), "timestamp"),
                    hash.get("imageUrl"),
                    parseJson(hash, "deviceInfo", DeviceInfo.class),
                    parse(hash, "deadline", Instant::parse),
                    parse(hash, "errorCode", ErrorCode::valueOf),
                    hash.get("errorMessage"),
                    hash.getOrDefault("messageId", ""),
                    hash.get("imageVersion"),
                    parse(hash, "imageTimestamp", Instant::parse),
                    hash.get("reason"),
                    parse(hash, "retakeAt", Instant::parse),
                    parse(hash, "resetAt", Instant::parse),
                    parse(hash, "notEntered", Boolean::valueOf),
                    hash.get("acceptedBy"),
                    hash.get("acceptedReason"),
                    parse(hash, SUPERSEDED_UNTIL, Instant::parse),
                    parseJson(hash, "lastOrder", LastOrder.class),
                    hash.get("name"),
                    requireNonNullElse(parse(hash, "revision", Long::valueOf), 0L));
            // Fails if a field is missing that the status requires.
            record.broadcast();
            return record;
        } catch (NullPointerException | IllegalArgumentException e) {
            throw new UnreadableRecordException("a field is missing or invalid: " + e.getMessage(), e);
        }
    }

    private static <T> @Nullable T parseJson(Map<String, String> hash, String field, Class<T> type) {
        return parse(hash, field, json -> MessageCodec.mapper().readValue(json, type));
    }

    private static <T> @Nullable T parse(Map<String, String> hash, String field, Function<String, T> parser) {
        String value = hash.get(field);
        try {
            return value == null ? null : parser.apply(value);
        } catch (RuntimeException e) {
            throw new UnreadableRecordException(field + " has a value that this version does not support", e);
        }
    }
}
