package dev.mobilesync.web.jpeg;

/** Thrown for a picture that is not accepted; the message is the reason, and ends up in the 415 response. */
public final class InvalidJpegException extends Exception {

    private static final long serialVersionUID = 1L;

    InvalidJpegException(String reason) {
        super(reason);
    }
}
