package dev.mobilesync.web.store;

import dev.mobilesync.messages.DeviceInfo;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.MessageCodec;
import dev.mobilesync.service.security.AuthenticatedCaller;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * What the store keeps beside a picture, as the object's metadata.
 *
 * @param timestamp when it was taken in, to the millisecond
 * @param sha256 of the picture as the phone sent it, in hex: by this a repeated one is known
 * @param storedSha256 of the picture as it is stored, without its metadata, in hex; {@code null} where an older version
 *     stored it
 * @param idempotencyKey the SHA-256 of the phone's {@code Idempotency-Key}, in hex, if it sent one
 * @param deviceInfo what the phone said of itself, so that the status can be published again as it was
 */
public record CaptureMetadata(
        ExamineeKey examinee,
        String deviceId,
        Instant timestamp,
        String sha256,
        @Nullable String storedSha256,
        @Nullable String idempotencyKey,
        @Nullable DeviceInfo deviceInfo) {

    private static final String PLAN = "plan";
    private static final String EXAMINEE = "examinee";
    private static final String DEVICE = "device";
    private static final String TIMESTAMP = "timestamp";
    private static final String SHA_256 = "sha256";
    private static final String STORED_SHA_256 = "stored-sha256";
    private static final String IDEMPOTENCY_KEY = "idempotency-key";
    private static final String DEVICE_INFO = "device-info";

    /** All of an object's metadata together may have 2 KiB. */
    private static final int MAX_DEVICE_INFO = 1_300;

    Map<String, String> toMetadata() {
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put(PLAN, examinee.planId());
        metadata.put(EXAMINEE, examinee.examineeId());
        metadata.put(DEVICE, deviceId);
        metadata.put(TIMESTAMP, timestamp.toString());
        metadata.put(SHA_256, sha256);
        if (storedSha256 != null) {
            metadata.put(STORED_SHA_256, storedSha256);
        }
        if (idempotencyKey != null) {
            metadata.put(IDEMPOTENCY_KEY, idempotencyKey);
        }
        String device = deviceInfo == null ? "" : encoded(deviceInfo);
        if (!device.isEmpty() && device.length() <= MAX_DEVICE_INFO) {
            metadata.put(DEVICE_INFO, device);
        }
        return metadata;
    }

    /** The facts in an object's metadata, or {@code null} if it is not an object of ours. */
    static @Nullable CaptureMetadata fromMetadata(Function<String, @Nullable String> metadata) {
        String plan = metadata.apply(PLAN);
        String examinee = metadata.apply(EXAMINEE);
        String device = metadata.apply(DEVICE);
        String timestamp = metadata.apply(TIMESTAMP);
        String sha256 = metadata.apply(SHA_256);
        if (plan == null || examinee == null || device == null || timestamp == null || sha256 == null) {
            return null;
        }
        try {
            return new CaptureMetadata(
                    new ExamineeKey(plan, examinee),
                    device,
                    Instant.parse(timestamp),
                    sha256,
                    metadata.apply(STORED_SHA_256),
                    metadata.apply(IDEMPOTENCY_KEY),
                    decoded(metadata.apply(DEVICE_INFO)));
        } catch (IllegalArgumentException | DateTimeException e) {
            return null;
        }
    }

    /** In letters that a header may have, whatever the phone is called. */
    private static String encoded(DeviceInfo deviceInfo) {
        return Base64.getUrlEncoder().encodeToString(MessageCodec.mapper().writeValueAsBytes(deviceInfo));
    }

    private static @Nullable DeviceInfo decoded(@Nullable String text) {
        if (text == null) {
            return null;
        }
        try {
            return MessageCodec.mapper().readValue(Base64.getUrlDecoder().decode(text), DeviceInfo.class);
        } catch (JacksonException e) {
            throw new IllegalArgumentException("not a deviceInfo", e);
        }
    }

    /** Whether this phone sent it, for the same examinee. */
    public boolean isFrom(AuthenticatedCaller.Device phone) {
        return examinee.equals(phone.examinee()) && deviceId.equals(phone.deviceId());
    }
}
