package dev.mobilesync.messages;

import org.jspecify.annotations.Nullable;

/** The {@code metadata} part of an upload, from the phone to web-server. */
public record MobileCapture(String deviceId, @Nullable DeviceInfo deviceInfo) implements Message {

    public MobileCapture {
        Identifiers.require("deviceId", deviceId);
    }
}
