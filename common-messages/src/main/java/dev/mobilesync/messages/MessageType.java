package dev.mobilesync.messages;

import org.jspecify.annotations.Nullable;

/** The {@code type} of a message. */
public enum MessageType {
    MOBILE_CAPTURE("mobile_capture", MobileCapture.class),
    MOBILE_SYNC_WAIT("mobile_sync_wait", MobileSyncWait.class),
    MOBILE_SYNC_STATUS("mobile_sync_status", MobileSyncStatus.class),
    MOBILE_SYNC_ORDER("mobile_sync_order", MobileSyncOrder.class),
    MOBILE_SYNC_WAITING("mobile_sync_waiting", MobileSyncWaiting.class),
    MOBILE_SYNC_PAIRED("mobile_sync_paired", MobileSyncPaired.class),
    MOBILE_SYNC_COMPLETED("mobile_sync_completed", MobileSyncCompleted.class),
    MOBILE_SYNC_FAILED("mobile_sync_failed", MobileSyncFailed.class),
    MOBILE_SYNC_TIMEOUT("mobile_sync_timeout", MobileSyncTimeout.class),
    MOBILE_SYNC_SHUTTER("mobile_sync_shutter", MobileSyncShutter.class),
    MOBILE_SYNC_PREVIEW("mobile_sync_preview", MobileSyncPreview.class),
    MOBILE_SYNC_NOTICE("mobile_sync_notice", MobileSyncNotice.class);

    private final String wireName;
    private final Class<? extends Message> dataClass;

    MessageType(String wireName, Class<? extends Message> dataClass) {
        this.wireName = wireName;
        this.dataClass = dataClass;
    }

    /** The value of {@code type} in JSON and in the AMQP properties. */
    public String wireName() {
        return wireName;
    }

    /** Whether messages of this type change no state and concern only the examinee's own browser and phone. */
    public static boolean isSignal(@Nullable String wireName) {
        return MOBILE_SYNC_SHUTTER.wireName.equals(wireName) || MOBILE_SYNC_PREVIEW.wireName.equals(wireName);
    }

    Class<? extends Message> dataClass() {
        return dataClass;
    }

    static MessageType of(Message message) {
        for (MessageType type : values()) {
            if (type.dataClass == message.getClass()) {
                return type;
            }
        }
        throw new AssertionError(message.getClass());
    }
}
