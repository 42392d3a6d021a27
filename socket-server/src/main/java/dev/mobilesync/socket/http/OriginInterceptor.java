package dev.mobilesync.socket.http;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.service.http.Problem;
import java.util.List;
import java.util.Map;
import org.springframework.http.server.ServerHttpRequest;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.http.server.ServletServerHttpResponse;
import org.springframework.web.socket.WebSocketHandler;
import org.springframework.web.socket.server.support.OriginHandshakeInterceptor;

/** Rejects handshakes from other origins than the allowed ones with a problem document. */
final class OriginInterceptor extends OriginHandshakeInterceptor {

    OriginInterceptor(List<String> allowedOrigins) {
        super(allowedOrigins);
    }

    @Override
    public boolean beforeHandshake(
            ServerHttpRequest request,
            ServerHttpResponse response,
            WebSocketHandler handler,
            Map<String, Object> attributes)
            throws Exception {
        if (super.beforeHandshake(request, response, handler, attributes)) {
            return true;
        }
        Problem.of(ErrorCode.FORBIDDEN, "this origin is not allowed")
                .send(((ServletServerHttpResponse) response).getServletResponse());
        return false;
    }
}
