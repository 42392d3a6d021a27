package dev.mobilesync.socket.session;

import org.springframework.messaging.simp.stomp.StompHeaderAccessor;

/** Carries out the frames of a session. Implemented outside this package, so that sessions do not depend on commands. */
public interface FrameHandler {

    /**
     * Handles one frame. Calls for one session never overlap.
     *
     * @throws dev.mobilesync.socket.stomp.FrameRejectedException if the session must be closed because of the frame
     */
    void handle(StompSession session, StompHeaderAccessor headers, byte[] body);
}
