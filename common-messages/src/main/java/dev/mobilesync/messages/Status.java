package dev.mobilesync.messages;

/** Where an examinee stands in the mobile sync step. */
public enum Status {
    /** Entered the step; no picture yet. */
    WAITING,
    /** A phone has redeemed the pairing; no picture yet. */
    PAIRED,
    /** A picture is stored, or a proctor accepted by hand. The step is over. */
    COMPLETED,
    /** The last attempt failed; {@code errorCode} says how. Another attempt may follow. */
    FAILED,
    /** The deadline passed without a picture. A late picture still counts. */
    TIMEOUT
}
