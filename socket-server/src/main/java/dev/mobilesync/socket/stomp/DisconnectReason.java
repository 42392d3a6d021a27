package dev.mobilesync.socket.stomp;

import dev.mobilesync.messages.ErrorCode;
import org.jspecify.annotations.Nullable;
import org.springframework.web.socket.CloseStatus;

/**
 * Why a connection is closed: one row per reason. The close frame's reason is the row's name, a colon and its text; where
 * the row has an error code, an ERROR frame goes before.
 *
 * <p>A browser can tell from the close code what to do: after 1012 and 1013 it should come back, after a while and with
 * jitter; after 1008 only with another token; after any other not without a change.
 */
public enum DisconnectReason {
    UNAUTHENTICATED(ErrorCode.UNAUTHENTICATED, 1008, false, "no valid token"),
    TOKEN_EXPIRED(ErrorCode.UNAUTHENTICATED, 1008, true, "the token has expired: come back with a new one"),
    /** The issuer's keys could not be had. */
    TOKEN_UNCHECKED(ErrorCode.AUTHENTICATION_UNAVAILABLE, 1013, true, "tokens cannot be checked at the moment"),
    CONNECT_TIMEOUT(ErrorCode.UNAUTHENTICATED, 1013, true, "no CONNECT frame in time"),
    FORBIDDEN(ErrorCode.FORBIDDEN, 1008, false, "this token is not good for that"),
    INVALID_REQUEST(ErrorCode.INVALID_REQUEST, 1002, false, "not a frame that is taken here"),
    FRAME_TOO_LARGE(ErrorCode.INVALID_REQUEST, 1009, false, "the frame is too large"),
    TOO_MANY_REQUESTS(ErrorCode.TOO_MANY_REQUESTS, 1013, true, "too many frames in a short time"),
    /** Other browsers or tabs have the same token. */
    TOO_MANY_CONNECTIONS(ErrorCode.TOO_MANY_REQUESTS, 1013, true, "too many connections with this token"),
    /** The server as a whole has too much to do. */
    OVERLOADED(ErrorCode.TOO_MANY_REQUESTS, 1013, true, "the server is busy"),
    STATUS_PUBLISH_FAILED(ErrorCode.STATUS_PUBLISH_FAILED, 1013, true, "the message broker did not take it"),
    SLOW(null, 1013, true, "what was sent was not read in time"),
    SILENT(null, 1013, true, "no heart-beat"),
    /** For proctors: what was missed can only be had over REST. */
    BROADCASTS_MISSED(null, 1012, true, "changes may have been missed: come back and fill the board again"),
    SERVER_STOPS(null, 1012, true, "the server restarts: come back"),
    SERVER_ERROR(null, 1011, false, "unexpected error"),
    DISCONNECTED(null, 1000, false, "as asked"),
    /** The browser closed, or the network did: nothing can be sent any more. */
    GONE(null, 1001, false, "connection lost");

    private final @Nullable ErrorCode code;
    private final int closeCode;
    private final boolean comeBack;
    private final String text;

    DisconnectReason(@Nullable ErrorCode code, int closeCode, boolean comeBack, String text) {
        this.code = code;
        this.closeCode = closeCode;
        this.comeBack = comeBack;
        this.text = text;
    }

    /** What the ERROR frame says; {@code null} where none is sent. */
    @Nullable
    public ErrorCode code() {
        return code;
    }

    public CloseStatus closeStatus() {
        return new CloseStatus(closeCode, name() + ": " + text);
    }

    /** Whether the same browser may be better off later: {@code retryable} in the ERROR frame. */
    public boolean comeBack() {
        return comeBack;
    }

    public String text() {
        return text;
    }
}
