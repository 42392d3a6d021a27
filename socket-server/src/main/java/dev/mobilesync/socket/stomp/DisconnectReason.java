package dev.mobilesync.socket.stomp;

import dev.mobilesync.messages.ErrorCode;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import org.jspecify.annotations.Nullable;

/**
 * Why the server closes a connection. The reason in the close frame is {@code NAME: text}. If there is an error code, an
 * ERROR frame precedes the close frame.
 *
 * <p>The close code says whether to reconnect. After 1012 and 1013: yes, with a delay and jitter. After 1008: with a
 * newly issued token, at most once unless {@code retryable} is true in the ERROR frame. After 1002 and 1009: only with a
 * corrected frame. After 1011, a defect of the server, the same frame may fail again. 1000 and 1001 end a connection that the
 * client has left.
 */
public enum DisconnectReason {
    UNAUTHENTICATED(ErrorCode.UNAUTHENTICATED, 1008, false, "the token is missing or invalid"),
    TOKEN_EXPIRED(ErrorCode.UNAUTHENTICATED, 1008, true, "the token has expired: reconnect with a new one"),
    /** Another pairing has replaced the phone. */
    DEVICE_REPLACED(ErrorCode.UNAUTHENTICATED, 1008, false, "another phone was paired"),
    /** A reset has ended the pairing. */
    PAIRING_ENDED(ErrorCode.UNAUTHENTICATED, 1008, false, "the step was reset: pair the phone again"),
    /** The issuer's keys, or for a phone Redis, are unavailable. */
    TOKEN_UNCHECKED(ErrorCode.AUTHENTICATION_UNAVAILABLE, 1013, true, "tokens cannot be validated at the moment"),
    CONNECT_TIMEOUT(ErrorCode.UNAUTHENTICATED, 1013, true, "no CONNECT frame in time"),
    FORBIDDEN(ErrorCode.FORBIDDEN, 1008, false, "the token does not permit this frame"),
    INVALID_REQUEST(ErrorCode.INVALID_REQUEST, 1002, false, "invalid frame"),
    FRAME_TOO_LARGE(ErrorCode.INVALID_REQUEST, 1009, false, "the frame is too large"),
    TOO_MANY_REQUESTS(ErrorCode.TOO_MANY_REQUESTS, 1013, true, "too many frames in a short time"),
    /** Other browsers or tabs use the same token. */
    TOO_MANY_CONNECTIONS(ErrorCode.TOO_MANY_REQUESTS, 1013, true, "too many connections with this token"),
    /** The whole server is overloaded. */
    OVERLOADED(ErrorCode.TOO_MANY_REQUESTS, 1013, true, "the server is busy"),
    /** Also of notices and signals: the code is that of the interface. */
    STATUS_PUBLISH_FAILED(
            ErrorCode.STATUS_PUBLISH_FAILED, 1013, true, "the message broker did not confirm the message"),
    SLOW(null, 1013, true, "the client reads too slowly"),
    SILENT(null, 1013, true, "no heart-beat"),
    /** For proctors, who must load the changes of dropped broadcasts over REST. */
    BROADCASTS_MISSED(null, 1012, true, "changes may have been missed: reconnect and reload the board"),
    SERVER_STOPS(null, 1012, true, "the server restarts: reconnect"),
    SERVER_ERROR(null, 1011, false, "unexpected error"),
    DISCONNECTED(null, 1000, false, "as requested"),
    /** The browser closed the connection, or the network failed. */
    GONE(null, 1001, false, "connection lost");

    private final @Nullable ErrorCode code;
    private final int closeCode;
    private final boolean shouldReconnect;
    private final String text;

    DisconnectReason(@Nullable ErrorCode code, int closeCode, boolean shouldReconnect, String text) {
        this.code = code;
        this.closeCode = closeCode;
        this.shouldReconnect = shouldReconnect;
        this.text = text;
    }

    /** The code of the ERROR frame; {@code null} if none is sent. */
    @Nullable
    public ErrorCode code() {
        return code;
    }

    public WebSocketCloseStatus closeStatus() {
        return new WebSocketCloseStatus(closeCode, name() + ": " + text);
    }

    /** Whether a reconnect may succeed: {@code retryable} in the ERROR frame. */
    public boolean shouldReconnect() {
        return shouldReconnect;
    }

    public String text() {
        return text;
    }
}
