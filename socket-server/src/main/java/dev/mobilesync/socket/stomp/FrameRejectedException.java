package dev.mobilesync.socket.stomp;

/** A frame is rejected. The connection is then closed, as STOMP requires. */
public final class FrameRejectedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final DisconnectReason reason;

    /**
     * @param text for the client's developer; must not repeat input
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
