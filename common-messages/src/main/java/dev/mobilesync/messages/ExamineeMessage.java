package dev.mobilesync.messages;

import java.time.Instant;

/** A message about one examinee: all of them but the phone's own {@link MobileCapture}. */
public sealed interface ExamineeMessage extends Message permits StateEvent, Broadcast {

    String planId();

    String examineeId();

    /** When the fact happened, by the server's clock, to the millisecond. */
    Instant timestamp();

    /** Whom it is about. */
    default ExamineeKey examinee() {
        return new ExamineeKey(planId(), examineeId());
    }
}
