package dev.mobilesync.socket.http;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.service.http.Problem;
import dev.mobilesync.socket.SocketExecutors;
import dev.mobilesync.socket.SocketServerProperties;
import dev.mobilesync.socket.limit.HandshakeRateLimiter;
import dev.mobilesync.socket.session.ClientFrameHandler;
import dev.mobilesync.socket.session.DisconnectMetrics;
import dev.mobilesync.socket.session.Hub;
import dev.mobilesync.socket.session.SessionRegistry;
import dev.mobilesync.socket.session.SessionWriter;
import dev.mobilesync.socket.session.SessionWriterFactory;
import dev.mobilesync.socket.session.StompSession;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.websocketx.Utf8FrameValidator;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshakerFactory;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * The WebSocket endpoint: checks handshakes and opens a {@link StompSession} per connection. The token comes in the CONNECT
 * frame, because a script cannot add a header to the handshake. Extensions such as compression are not accepted: they cost
 * much memory per connection and gain little for short messages.
 */
@Component
final class WebSocketEndpoint {

    private static final String SUBPROTOCOLS = "v12.stomp,v11.stomp";

    private final HandshakeRateLimiter rateLimiter;
    private final OriginPolicy origins;
    private final TrustedProxies trustedProxies;
    private final ClientFrameHandler frameHandler;
    private final Hub hub;
    private final SessionRegistry sessions;
    private final SessionWriterFactory writerFactory;
    private final SocketExecutors executors;
    private final SocketServerProperties properties;
    private final DisconnectMetrics disconnects;
    private final WebSocketServerHandshakerFactory handshakers;

    WebSocketEndpoint(
            HandshakeRateLimiter rateLimiter,
            OriginPolicy origins,
            TrustedProxies trustedProxies,
            ClientFrameHandler frameHandler,
            Hub hub,
            SessionRegistry sessions,
            SessionWriterFactory writerFactory,
            SocketExecutors executors,
            SocketServerProperties properties,
            DisconnectMetrics disconnects) {
        this.rateLimiter = rateLimiter;
        this.origins = origins;
        this.trustedProxies = trustedProxies;
        this.frameHandler = frameHandler;
        this.hub = hub;
        this.sessions = sessions;
        this.writerFactory = writerFactory;
        this.executors = executors;
        this.properties = properties;
        this.disconnects = disconnects;
        this.handshakers = new WebSocketServerHandshakerFactory(
                "",
                SUBPROTOCOLS,
                WebSocketDecoderConfig.newBuilder()
                        .maxFramePayloadLength(
                                (int) properties.socketMaxFrameSize().toBytes())
                        .allowExtensions(false)
                        // The session closes the connection, with a reason.
                        .closeOnProtocolViolation(false)
                        .build());
    }

    TrustedProxies trustedProxies() {
        return trustedProxies;
    }

    /**
     * Checks the origin and the rate of handshakes.
     *
     * @param result receives {@code null}, or why the handshake is rejected; called on the event loop
     */
    void checkHandshake(IncomingHttpRequest request, Executor eventLoop, Consumer<@Nullable Problem> result) {
        if (!origins.allows(request.origin(), request.ownOrigin())) {
            result.accept(Problem.of(ErrorCode.FORBIDDEN, "this origin is not allowed"));
            return;
        }
        if (!rateLimiter.isEnabled()) {
            result.accept(null);
            return;
        }
        try {
            // The rate limiter may wait for Redis.
            executors.blocking().execute(() -> {
                Problem problem = rateLimiter.tryAcquire(request.clientAddress());
                eventLoop.execute(() -> result.accept(problem));
            });
        } catch (RejectedExecutionException e) {
            result.accept(Problem.of(ErrorCode.TOO_MANY_REQUESTS, "the server is busy"));
        }
    }

    /** Completes the handshake; the connection then carries WebSocket frames. Called on the event loop. */
    void open(IncomingHttpRequest request, Channel channel) {
        SessionWriter writer = writerFactory.create(channel);
        StompSession session = new StompSession(writer, frameHandler, hub, executors, properties, disconnects);
        FullHttpRequest fullRequest = request.toFullRequest();
        handshakers.newHandshaker(fullRequest).handshake(channel, fullRequest);
        channel.pipeline()
                .addLast(new Utf8FrameValidator(false))
                .addLast(new WebSocketFrameHandler(session, writer, sessions));
        sessions.add(session);
    }
}
