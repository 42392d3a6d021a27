package dev.mobilesync.messages;

import org.jspecify.annotations.Nullable;

/** The phone's description of itself: shown to proctors, not trusted. Values are truncated to 128 characters. */
public record DeviceInfo(@Nullable String model, @Nullable String osVersion) {

    private static final int MAX_LENGTH = 128;

    public DeviceInfo {
        model = truncate(model);
        osVersion = truncate(osVersion);
    }

    /** Does not split a surrogate pair. */
    private static @Nullable String truncate(@Nullable String value) {
        if (value == null || value.length() <= MAX_LENGTH) {
            return value;
        }
        return value.substring(
                0, Character.isHighSurrogate(value.charAt(MAX_LENGTH - 1)) ? MAX_LENGTH - 1 : MAX_LENGTH);
    }
}
