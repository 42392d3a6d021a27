package dev.mobilesync.messages;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * A stored capture: the location of its picture, and the phone that sent it.
 *
 * @param imageUrl path on web-server, such as {@code /captures/E001/sync_cap.jpg}
 * @param deviceInfo the phone's description of itself
 * @param imageVersion version id of the object, if the store versions objects
 */
public record CaptureInfo(
        String imageUrl,
        @Nullable DeviceInfo deviceInfo,
        @Nullable String imageVersion) {

    public CaptureInfo {
        requireNonNull(imageUrl, "captureInfo.imageUrl");
    }
}
