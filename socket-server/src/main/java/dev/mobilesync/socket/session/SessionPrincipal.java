package dev.mobilesync.socket.session;

import dev.mobilesync.service.security.AuthenticatedCaller;
import dev.mobilesync.socket.limit.FrameRateLimiter;
import dev.mobilesync.socket.stomp.Heartbeats;
import java.time.Instant;

/**
 * The user of a session, known once CONNECT is accepted.
 *
 * @param expiresAt expiry of the token, which ends the session
 * @param releaseConnection releases the connection from the limit per token
 */
public record SessionPrincipal(
        AuthenticatedCaller caller,
        Instant expiresAt,
        Heartbeats heartbeats,
        FrameRateLimiter sendLimiter,
        Runnable releaseConnection) {}
