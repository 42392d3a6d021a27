package dev.mobilesync.messages;

/** A message over {@code status_queue}: an event or an order that may change an examinee's state. */
public sealed interface StatusQueueMessage extends ExamineeMessage
        permits MobileSyncWait, MobileSyncStatus, MobileSyncOrder {}
