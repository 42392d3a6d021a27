package dev.mobilesync.socket.session;

import org.springframework.messaging.simp.stomp.StompHeaderAccessor;

/** Handles the frames of a connection. Implemented outside this package, which therefore does not depend on what they request. */
public interface ClientFrameHandler {

    /**
     * Handles one frame. Calls for one connection never overlap. CONNECT continues asynchronously, and ends with
     * {@link StompSession#onAuthenticated} or {@link StompSession#disconnect}.
     *
     * @throws dev.mobilesync.socket.stomp.FrameRejectedException if the connection must be closed because of the frame
     */
    void handle(StompSession session, StompHeaderAccessor headers, byte[] body);

    /** Whether {@link #handle} may block for CONNECT. */
    boolean mayBlockOnConnect();
}
