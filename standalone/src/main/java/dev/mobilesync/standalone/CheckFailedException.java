package dev.mobilesync.standalone;

/** A step of the check did not end as it must; the message is for the user. */
final class CheckFailedException extends Exception {

    private static final long serialVersionUID = 1L;

    CheckFailedException(String message) {
        super(message);
    }
}
