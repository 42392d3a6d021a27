package dev.mobilesync.socket.http;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.service.http.Problem;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.netty.NettyPipeline;

/**
 * Handles the only request of a connection: opens a WebSocket at {@code /ws}, passes health checks and the page of errors on to
 * Spring WebFlux, and rejects everything else. A connection that does not become a WebSocket closes after the response, or after the time limit.
 */
final class HandshakeHandler extends ChannelDuplexHandler {

    static final String NAME = "handshake";

    private static final String PATH = "/ws";
    private static final Set<String> WEBFLUX_PATHS = Set.of("/livez", "/readyz", Problem.ERRORS_PAGE);
    private static final Duration TIME_LIMIT = Duration.ofSeconds(10);

    private final WebSocketEndpoint endpoint;
    private @Nullable Future<?> timeout;
    private @Nullable IncomingHttpRequest request;
    private State state = State.AWAITING_REQUEST;

    private enum State {
        AWAITING_REQUEST,
        /** The end of the request is still to come. */
        HANDSHAKE,
        HANDSHAKE_CHECK,
        WEBFLUX,
        /** What follows the request, such as the body of a rejected one, is discarded. */
        ANSWERED
    }

    HandshakeHandler(WebSocketEndpoint endpoint) {
        this.endpoint = endpoint;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        // reactor-netty reads only when its own request handler asks for data, and that handler may never run here.
        context.channel().config().setAutoRead(true);
        timeout = context.executor().schedule(() -> context.close(), TIME_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        Future<?> scheduled = timeout;
        if (scheduled != null) {
            scheduled.cancel(false);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
        if (state == State.AWAITING_REQUEST && message instanceof HttpRequest received) {
            route(context, received);
        }
        if (state == State.WEBFLUX) {
            if (message instanceof LastHttpContent) {
                state = State.ANSWERED;
            }
            super.channelRead(context, message);
            return;
        }
        IncomingHttpRequest received = request;
        boolean last = message instanceof LastHttpContent;
        ReferenceCountUtil.release(message);
        if (state == State.HANDSHAKE_CHECK) {
            reject(context, Problem.of(ErrorCode.INVALID_REQUEST, "the client must wait for the response"));
        } else if (state == State.HANDSHAKE && last && received != null) {
            state = State.HANDSHAKE_CHECK;
            endpoint.checkHandshake(received, context.executor(), problem -> complete(context, received, problem));
        }
    }

    private void route(ChannelHandlerContext context, HttpRequest received) {
        IncomingHttpRequest parsed = new IncomingHttpRequest(received, context.channel(), endpoint.trustedProxies());
        request = parsed;
        Problem problem = parsed.requestProblem();
        if (problem == null && parsed.path().equals(PATH)) {
            problem = parsed.handshakeProblem();
            state = State.HANDSHAKE;
        } else if (problem == null && WEBFLUX_PATHS.contains(parsed.path())) {
            HttpUtil.setKeepAlive(received, false);
            state = State.WEBFLUX;
        } else if (problem == null) {
            problem = Problem.of(ErrorCode.UNAUTHENTICATED, null);
        }
        if (problem != null) {
            reject(context, problem);
        }
    }

    private void complete(ChannelHandlerContext context, IncomingHttpRequest received, @Nullable Problem problem) {
        if (state != State.HANDSHAKE_CHECK || !context.channel().isActive()) {
            return;
        }
        if (problem != null) {
            reject(context, problem);
        } else {
            removeServerHandlers(context.pipeline());
            endpoint.open(received, context.channel());
            context.pipeline().remove(this);
        }
    }

    private void reject(ChannelHandlerContext context, Problem problem) {
        state = State.ANSWERED;
        removeServerHandlers(context.pipeline());
        byte[] body = problem.body();
        FullHttpResponse response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(problem.status()), Unpooled.wrappedBuffer(body));
        problem.headers().forEach(response.headers()::set);
        response.headers()
                .set(HttpHeaderNames.CONTENT_LENGTH, body.length)
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        if (problem.status() == HttpResponseStatus.UPGRADE_REQUIRED.code()) {
            response.headers().set("Sec-WebSocket-Version", IncomingHttpRequest.WEB_SOCKET_VERSION);
        }
        context.channel().writeAndFlush(response).addListener(sent -> endOutput(context.channel()));
    }

    /**
     * Ends the output but still reads: if the connection closed while a body arrives, TCP would reset it, and the client could
     * lose the response.
     */
    private static void endOutput(Channel channel) {
        if (channel instanceof DuplexChannel duplex && channel.isActive()) {
            duplex.shutdownOutput();
        } else {
            channel.close();
        }
    }

    private static void removeServerHandlers(ChannelPipeline pipeline) {
        pipeline.remove(NettyPipeline.HttpTrafficHandler);
        pipeline.remove(NettyPipeline.ReactiveBridge);
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) throws Exception {
        IncomingHttpRequest received = request;
        if (message instanceof HttpResponse response) {
            SecurityResponseHeaders.addTo(response.headers(), received != null && received.isSecure());
        }
        super.write(context, message, promise);
    }
}
