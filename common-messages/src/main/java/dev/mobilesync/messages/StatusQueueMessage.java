package dev.mobilesync.messages;

import java.time.Instant;

/** A message over {@code status_queue}: an event or an order that may change an examinee's state. */
public sealed interface StatusQueueMessage extends ExamineeMessage
        permits MobileSyncWait, MobileSyncStatus, MobileSyncOrder {

    /** When it was sent: the time by which late messages are recognised. */
    Instant timestamp();
}
