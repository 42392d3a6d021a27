package dev.mobilesync.messages;

/** Status of an examinee in the mobile sync step. */
public enum Status {
    /** A picture is expected: the examinee entered the step, or a {@code RETAKE}, {@code RESET} or {@code EXTEND} was given. */
    WAITING,
    /** A phone redeemed a pairing code, and no picture has followed. */
    PAIRED,
    /** A picture is stored, or an {@code ACCEPT} completed the step, possibly without a picture. */
    COMPLETED,
    /** The last attempt failed. Another one may follow. */
    FAILED,
    /** The deadline passed without a picture. A late picture still counts. */
    TIMEOUT
}
