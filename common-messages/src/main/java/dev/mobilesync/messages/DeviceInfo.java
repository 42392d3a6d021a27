package dev.mobilesync.messages;

import org.jspecify.annotations.Nullable;

/** What the phone says of itself; shown to proctors, never trusted. At most 128 characters each. */
public record DeviceInfo(@Nullable String model, @Nullable String osVersion) {

    private static final int MAX_LENGTH = 128;

    public DeviceInfo {
        requireShort("deviceInfo.model", model);
        requireShort("deviceInfo.osVersion", osVersion);
    }

    private static void requireShort(String name, @Nullable String value) {
        if (value != null && value.length() > MAX_LENGTH) {
            throw new IllegalArgumentException(name + " must not be longer than " + MAX_LENGTH + " characters");
        }
    }
}
