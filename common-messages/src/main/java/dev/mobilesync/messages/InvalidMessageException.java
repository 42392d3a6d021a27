package dev.mobilesync.messages;

/** A body that cannot be processed. The message contains the reason and does not repeat the body. */
public final class InvalidMessageException extends Exception {

    private static final long serialVersionUID = 1L;

    /**
     * @param reason repeats nothing of the body
     */
    public InvalidMessageException(String reason) {
        super(reason);
    }
}
