package dev.mobilesync.socket;

/** A frame that is not taken; STOMP wants the connection closed for it. */
final class FrameRejectedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final DisconnectReason reason;

    /**
     * @param text for the client's developer; repeats nothing that the client sent
     */
    FrameRejectedException(DisconnectReason reason, String text) {
        super(text, null, false, false);
        this.reason = reason;
    }

    FrameRejectedException(DisconnectReason reason) {
        this(reason, reason.text());
    }

    DisconnectReason reason() {
        return reason;
    }

    String text() {
        return String.valueOf(getMessage());
    }
}
