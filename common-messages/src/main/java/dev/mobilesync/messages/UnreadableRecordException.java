package dev.mobilesync.messages;

/**
 * A record in Redis that this version cannot read: it was damaged, or a newer version wrote it. The message names the field
 * without repeating its value.
 */
public final class UnreadableRecordException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public UnreadableRecordException(String reason, Throwable cause) {
        super(reason, cause);
    }
}
