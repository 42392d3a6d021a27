package dev.mobilesync.messages;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * Where a stored picture is.
 *
 * @param imageUrl path below the web-server's address, such as {@code /captures/E001/sync_cap.jpg}
 * @param imageVersion the store's version of the object, where the store versions objects
 */
public record CaptureInfo(
        String imageUrl,
        @Nullable DeviceInfo deviceInfo,
        @Nullable String imageVersion) {

    public CaptureInfo {
        requireNonNull(imageUrl, "captureInfo.imageUrl");
    }
}
