package dev.mobilesync.socket.http;

import dev.mobilesync.socket.SocketExecutors;
import dev.mobilesync.socket.SocketServerProperties;
import dev.mobilesync.socket.session.DisconnectMetrics;
import dev.mobilesync.socket.session.FrameHandler;
import dev.mobilesync.socket.session.Hub;
import dev.mobilesync.socket.session.SessionRegistry;
import dev.mobilesync.socket.session.SessionWriter;
import dev.mobilesync.socket.session.StompSession;
import dev.mobilesync.socket.stomp.DisconnectReason;
import jakarta.websocket.Session;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.apache.tomcat.websocket.Constants;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.web.socket.BinaryMessage;
import org.springframework.web.socket.CloseStatus;
import org.springframework.web.socket.PongMessage;
import org.springframework.web.socket.SubProtocolCapable;
import org.springframework.web.socket.TextMessage;
import org.springframework.web.socket.WebSocketHandler;
import org.springframework.web.socket.WebSocketMessage;
import org.springframework.web.socket.WebSocketSession;
import org.springframework.web.socket.adapter.NativeWebSocketSession;

/** The WebSocket endpoint; opens a {@link StompSession} per connection. */
@Component
final class StompEndpoint implements WebSocketHandler, SubProtocolCapable {

    private static final Logger log = LoggerFactory.getLogger(StompEndpoint.class);
    private static final String SESSION = StompSession.class.getName();
    private static final long CONTROL_FRAME_MILLIS = 1_000;
    private static final long CLOSE_MILLIS = 5_000;

    private final FrameHandler frameHandler;
    private final Hub hub;
    private final SessionRegistry sessions;
    private final SocketExecutors executors;
    private final SocketServerProperties properties;
    private final DisconnectMetrics disconnects;

    StompEndpoint(
            FrameHandler frameHandler,
            Hub hub,
            SessionRegistry sessions,
            SocketExecutors executors,
            SocketServerProperties properties,
            DisconnectMetrics disconnects) {
        this.frameHandler = frameHandler;
        this.hub = hub;
        this.sessions = sessions;
        this.executors = executors;
        this.properties = properties;
        this.disconnects = disconnects;
    }

    @Override
    public List<String> getSubProtocols() {
        return List.of("v12.stomp", "v11.stomp");
    }

    @Override
    public void afterConnectionEstablished(WebSocketSession socket) {
        Session session = ((NativeWebSocketSession) socket).getNativeSession(Session.class);
        if (session == null) {
            throw new IllegalStateException("not a Jakarta WebSocket");
        }
        // A network thread blocks while it sends a pong or a close; the default timeouts are 20 and 30 seconds.
        Map<String, Object> userProperties = session.getUserProperties();
        userProperties.put(Constants.BLOCKING_SEND_TIMEOUT_PROPERTY, CONTROL_FRAME_MILLIS);
        userProperties.put(Constants.SESSION_CLOSE_TIMEOUT_PROPERTY, CLOSE_MILLIS);
        SessionWriter writer = new SessionWriter(
                session, executors.closer(), (int) properties.socketSendBuffer().toBytes());
        StompSession stomp = new StompSession(writer, frameHandler, hub, executors, properties, disconnects);
        socket.getAttributes().put(SESSION, stomp);
        sessions.add(stomp);
    }

    @Override
    public void handleMessage(WebSocketSession socket, WebSocketMessage<?> message) {
        StompSession session = session(socket);
        if (session == null || message instanceof PongMessage) {
            return;
        }
        if (message instanceof TextMessage text) {
            session.onData(text.asBytes(), text.isLast());
        } else if (message instanceof BinaryMessage binary) {
            ByteBuffer payload = binary.getPayload();
            byte[] bytes = new byte[payload.remaining()];
            payload.get(bytes);
            session.onData(bytes, false);
        }
    }

    @Override
    public void handleTransportError(WebSocketSession socket, Throwable failure) {
        log.debug("connection failed", failure);
        afterConnectionClosed(socket, CloseStatus.NO_CLOSE_FRAME);
    }

    @Override
    public void afterConnectionClosed(WebSocketSession socket, CloseStatus status) {
        StompSession session = session(socket);
        if (session != null) {
            sessions.remove(session);
            session.disconnect(DisconnectReason.GONE);
        }
    }

    /** Messages arrive in fragments of the buffer's size, so that the buffer can be small. */
    @Override
    public boolean supportsPartialMessages() {
        return true;
    }

    private static @Nullable StompSession session(WebSocketSession socket) {
        return (StompSession) socket.getAttributes().get(SESSION);
    }
}
