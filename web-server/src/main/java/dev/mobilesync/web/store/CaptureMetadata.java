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
 * The metadata of a picture, stored as object metadata.
 *
 * @param timestamp the time of the capture, in milliseconds: when web-server was about to store it; later than the previous picture
 *     and the last retake or reset
 * @param sha256 of the picture as the phone sent it, in hex; identifies a repeated upload
 * @param storedSha256 of the picture as stored, without the removed parts, in hex; the store adds it. Absent in captures of older
 *     releases
 * @param idempotencyKey the SHA-256 of the phone's {@code Idempotency-Key}, in hex, if it sent one
 * @param deviceInfo as the phone sent it, so that its status can be published again unchanged
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

    /** S3 limits all metadata of an object to 2 KiB. */
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
        String device = deviceInfo == null ? "" : encode(deviceInfo);
        if (!device.isEmpty() && device.length() <= MAX_DEVICE_INFO) {
            metadata.put(DEVICE_INFO, device);
        }
        return metadata;
    }

    /** Returns {@code null} if this service did not store the object. */
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
                    decode(metadata.apply(DEVICE_INFO)));
        } catch (IllegalArgumentException | DateTimeException e) {
            return null;
        }
    }

    /** Encodes arbitrary text in characters that are valid in a header. */
    private static String encode(DeviceInfo deviceInfo) {
        return Base64.getUrlEncoder().encodeToString(MessageCodec.mapper().writeValueAsBytes(deviceInfo));
    }

    private static @Nullable DeviceInfo decode(@Nullable String text) {
        if (text == null) {
            return null;
        }
        try {
            return MessageCodec.mapper().readValue(Base64.getUrlDecoder().decode(text), DeviceInfo.class);
        } catch (JacksonException e) {
            throw new IllegalArgumentException("not a deviceInfo", e);
        }
    }

    CaptureMetadata withStoredSha256(String sha256OfStored) {
        return new CaptureMetadata(examinee, deviceId, timestamp, sha256, sha256OfStored, idempotencyKey, deviceInfo);
    }

    /** Whether this phone uploaded the picture, for the same examinee. */
    public boolean isFrom(AuthenticatedCaller.Device uploader) {
        return examinee.equals(uploader.examinee()) && deviceId.equals(uploader.deviceId());
    }
}
