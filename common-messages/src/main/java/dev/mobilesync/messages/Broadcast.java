package dev.mobilesync.messages;

/**
 * A message over exchange {@code broadcast} to the examinee's browser and the plan's proctors; a signal
 * ({@link MessageType#isSignal}) to the examinee's browser and phone alone.
 */
public sealed interface Broadcast extends ExamineeMessage
        permits MobileSyncWaiting,
                MobileSyncPaired,
                MobileSyncCompleted,
                MobileSyncFailed,
                MobileSyncTimeout,
                MobileSyncShutter,
                MobileSyncPreview,
                MobileSyncNotice {}
