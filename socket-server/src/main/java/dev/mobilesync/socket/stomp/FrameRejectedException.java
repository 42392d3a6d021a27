package dev.mobilesync.socket.stomp;

/** A frame that is not taken; STOMP wants the connection closed for it. */
public final class FrameRejectedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final DisconnectReason reason;

    /**
     * @param text for the client's developer; repeats nothing that the client sent
     */
    public FrameRejectedException(DisconnectReason reason, String text) {
        super(text, null, false, false);
        this.reason = reason;
    }

    public FrameRejectedException(DisconnectReason reason) {
        this(reason, reason.text());
    }

    public DisconnectReason reason() {
        return reason;
    }

    public String text() {
        return String.valueOf(getMessage());
    }
}
