package dev.mobilesync.messages;

/** A body that can never be processed. The message says why, without repeating the body. */
public final class InvalidMessageException extends Exception {

    private static final long serialVersionUID = 1L;

    InvalidMessageException(String reason) {
        super(reason);
    }
}
