package dev.mobilesync.messages;

/** Status of an examinee in the mobile sync step. */
public enum Status {
    /** The examinee entered the step; no picture yet. */
    WAITING,
    /** A phone redeemed the pairing code; no picture yet. */
    PAIRED,
    /** A picture is stored, or a proctor accepted without one. */
    COMPLETED,
    /** The last attempt failed. Another one may follow. */
    FAILED,
    /** The deadline passed without a picture. A late picture still counts. */
    TIMEOUT
}
