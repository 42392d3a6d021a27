package dev.mobilesync.messages;

/**
 * A message over exchange {@code broadcast} to the examinee's browser and phone and the plan's proctors; a signal
 * ({@link MessageType#isSignal}) to the browser and the phone alone.
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
