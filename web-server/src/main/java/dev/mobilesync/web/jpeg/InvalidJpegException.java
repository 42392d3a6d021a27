package dev.mobilesync.web.jpeg;

/** Thrown for a picture that is not accepted. The response with status 415 contains the message. */
public final class InvalidJpegException extends Exception {

    private static final long serialVersionUID = 1L;

    InvalidJpegException(String reason) {
        super(reason);
    }
}
