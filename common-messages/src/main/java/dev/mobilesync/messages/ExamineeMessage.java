package dev.mobilesync.messages;

import java.time.Instant;

/** A message about one examinee: every message except {@link MobileCapture}. */
public sealed interface ExamineeMessage extends Message permits StatusQueueMessage, Broadcast {

    String planId();

    String examineeId();

    /** Time of the event by the server's clock, in milliseconds. */
    Instant timestamp();

    default ExamineeKey examinee() {
        return new ExamineeKey(planId(), examineeId());
    }
}
