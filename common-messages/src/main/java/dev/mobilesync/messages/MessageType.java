package dev.mobilesync.messages;

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
    MOBILE_SYNC_TIMEOUT("mobile_sync_timeout", MobileSyncTimeout.class);

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
