package dev.mobilesync.socket.session;

import dev.mobilesync.service.security.AuthenticatedCaller;
import dev.mobilesync.socket.limit.FrameRateLimiter;
import dev.mobilesync.socket.stomp.Heartbeats;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The user of a connection, known when CONNECT has been accepted.
 *
 * @param expiresAt expiry of the token; the connection ends then
 * @param releaseConnection releases the connection from the limit per token
 */
public record SessionPrincipal(
        AuthenticatedCaller caller,
        Instant expiresAt,
        Heartbeats heartbeats,
        FrameRateLimiter sendLimiter,
        Runnable releaseConnection) {

    /** The phone of the connection; {@code null} if the caller is an examinee or a proctor. */
    public AuthenticatedCaller.@Nullable Device phone() {
        return caller instanceof AuthenticatedCaller.Device device ? device : null;
    }
}
