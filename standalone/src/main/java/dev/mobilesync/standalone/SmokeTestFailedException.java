package dev.mobilesync.standalone;

/** A step of the check did not end as it must; the message is for the user. */
final class SmokeTestFailedException extends Exception {

    private static final long serialVersionUID = 1L;

    SmokeTestFailedException(String message) {
        super(message);
    }
}
