package dev.mobilesync.messages;

import java.time.Instant;

/** A message over {@code status_queue}, which may change an examinee's state. Names say {@code event} for it, also for an order. */
public sealed interface StatusQueueMessage extends ExamineeMessage
        permits MobileSyncWait, MobileSyncStatus, MobileSyncOrder {

    /**
     * The time of the capture, pairing, failure, order or entry into the step, by which late messages are recognised. Equal each time
     * that the message is published, except for an entry, which has the time of the attempt. The header {@code sent-at} has the time of
     * a publication.
     */
    Instant timestamp();
}
