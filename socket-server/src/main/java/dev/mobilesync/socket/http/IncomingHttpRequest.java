package dev.mobilesync.socket.http;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.service.http.Problem;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.AsciiString;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An HTTP request to the public port, mostly a WebSocket handshake, with the client's address and scheme behind trusted proxies. */
final class IncomingHttpRequest {

    static final String WEB_SOCKET_VERSION = "13";

    private static final int BAD_REQUEST = 400;
    private static final int METHOD_NOT_ALLOWED = 405;
    private static final int URI_TOO_LONG = 414;
    private static final int UPGRADE_REQUIRED = 426;
    private static final int HEADERS_TOO_LARGE = 431;

    /** A repeated one would be ambiguous. */
    private static final List<AsciiString> SINGLE_HEADERS =
            List.of(HttpHeaderNames.HOST, HttpHeaderNames.ORIGIN, HttpHeaderNames.SEC_WEBSOCKET_KEY);

    private final HttpRequest request;
    private final String path;
    private final ForwardedClient client;

    IncomingHttpRequest(HttpRequest request, Channel channel, TrustedProxies proxies) {
        this.request = request;
        int query = request.uri().indexOf('?');
        this.path = query < 0 ? request.uri() : request.uri().substring(0, query);
        boolean tls = channel.pipeline().get(SslHandler.class) != null;
        this.client = proxies.resolve(
                ((InetSocketAddress) channel.remoteAddress()).getAddress(), tls ? "https" : "http", request.headers());
    }

    String path() {
        return path;
    }

    /** The client's address; not necessarily numeric if a trusted proxy sends something else. */
    String clientAddress() {
        return client.address();
    }

    boolean isSecure() {
        return client.scheme().equals("https");
    }

    /** Why the request is invalid, whatever its path; {@code null} if it is valid. */
    @Nullable
    Problem requestProblem() {
        if (request.decoderResult().isFailure()) {
            Throwable cause = request.decoderResult().cause();
            return Problem.of(
                    cause instanceof TooLongHttpHeaderException
                            ? HEADERS_TOO_LARGE
                            : cause instanceof TooLongHttpLineException ? URI_TOO_LONG : BAD_REQUEST);
        }
        if (path.indexOf(';') >= 0) {
            return Problem.of(ErrorCode.INVALID_REQUEST, "path parameters are not supported");
        }
        if (HttpUtil.getContentLength(request, 0L) > 0 || HttpUtil.isTransferEncodingChunked(request)) {
            return Problem.of(ErrorCode.INVALID_REQUEST, "requests must not have a body");
        }
        return null;
    }

    /** Why the request is no WebSocket handshake; {@code null} if it is one. */
    @Nullable
    Problem handshakeProblem() {
        if (!request.method().equals(HttpMethod.GET)) {
            return invalid(METHOD_NOT_ALLOWED, "the method must be GET");
        }
        // Netty accepts no list of protocols.
        if (!request.headers().contains(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true)) {
            return invalid(BAD_REQUEST, "Upgrade must be websocket");
        }
        if (!request.headers().containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE, true)) {
            return invalid(BAD_REQUEST, "Connection must be Upgrade");
        }
        // Netty would take the first of several versions, which may be unknown to it, or an older protocol.
        if (!request.headers().getAll(HttpHeaderNames.SEC_WEBSOCKET_VERSION).equals(List.of(WEB_SOCKET_VERSION))) {
            return invalid(UPGRADE_REQUIRED, "Sec-WebSocket-Version must be " + WEB_SOCKET_VERSION);
        }
        for (CharSequence name : SINGLE_HEADERS) {
            if (request.headers().getAll(name).size() > 1) {
                return invalid(BAD_REQUEST, name + " must not be repeated");
            }
        }
        if (!request.headers().contains(HttpHeaderNames.SEC_WEBSOCKET_KEY)) {
            return invalid(BAD_REQUEST, "Sec-WebSocket-Key is missing");
        }
        return null;
    }

    private static Problem invalid(int status, String detail) {
        return Problem.of(ErrorCode.INVALID_REQUEST, status, detail);
    }

    @Nullable
    String origin() {
        return request.headers().get(HttpHeaderNames.ORIGIN);
    }

    /** The origin of this server as the client sees it, such as {@code https://exam.example.org:8443}. */
    String ownOrigin() {
        String host = request.headers().get(HttpHeaderNames.HOST, "");
        Integer forwardedPort = client.port();
        if (forwardedPort != null) {
            int port = host.lastIndexOf(':');
            boolean hasPort = port > host.lastIndexOf(']');
            host = (hasPort ? host.substring(0, port) : host) + ':' + forwardedPort;
        }
        return client.scheme() + "://" + host;
    }

    /** Joins the lists of subprotocols, because Netty reads only the first one. */
    FullHttpRequest toFullRequest() {
        List<String> subprotocols = request.headers().getAll(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL);
        if (subprotocols.size() > 1) {
            request.headers().set(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL, String.join(",", subprotocols));
        }
        return new DefaultFullHttpRequest(
                request.protocolVersion(),
                request.method(),
                request.uri(),
                Unpooled.EMPTY_BUFFER,
                request.headers(),
                EmptyHttpHeaders.INSTANCE);
    }
}
