package dev.mobilesync.messages;

/**
 * A record in Redis that this version cannot read: damaged, or written by a newer version. The message names the field
 * and does not repeat its value.
 */
public final class UnreadableRecordException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public UnreadableRecordException(String reason, Throwable cause) {
        super(reason, cause);
    }
}
