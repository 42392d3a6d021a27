package dev.mobilesync.standalone;

/** A stage of the smoke test failed. The message is for the user. */
final class SmokeTestFailedException extends Exception {

    private static final long serialVersionUID = 1L;

    SmokeTestFailedException(String message) {
        super(message);
    }
}
