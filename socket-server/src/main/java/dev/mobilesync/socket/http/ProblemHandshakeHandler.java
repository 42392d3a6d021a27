package dev.mobilesync.socket.http;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.service.http.Problem;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.ServerHttpRequest;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.http.server.ServletServerHttpResponse;
import org.springframework.web.socket.WebSocketHttpHeaders;
import org.springframework.web.socket.server.support.DefaultHandshakeHandler;

/** Rejects requests that are no valid handshake with a problem document. */
final class ProblemHandshakeHandler extends DefaultHandshakeHandler {

    private static final String VERSION = "13";

    ProblemHandshakeHandler() {
        super(new NoExtensionUpgradeStrategy());
    }

    @Override
    protected void handleInvalidUpgradeHeader(ServerHttpRequest request, ServerHttpResponse response)
            throws IOException {
        reject(HttpStatus.BAD_REQUEST, "Upgrade must be websocket", response);
    }

    @Override
    protected void handleInvalidConnectHeader(ServerHttpRequest request, ServerHttpResponse response)
            throws IOException {
        reject(HttpStatus.BAD_REQUEST, "Connection must be Upgrade", response);
    }

    @Override
    protected void handleWebSocketVersionNotSupported(ServerHttpRequest request, ServerHttpResponse response) {
        HttpServletResponse servletResponse = ((ServletServerHttpResponse) response).getServletResponse();
        servletResponse.setHeader(WebSocketHttpHeaders.SEC_WEBSOCKET_VERSION, VERSION);
        try {
            reject(HttpStatus.UPGRADE_REQUIRED, "Sec-WebSocket-Version must be " + VERSION, response);
        } catch (IOException e) {
            logger.debug("the client has closed the connection", e);
        }
    }

    private static void reject(HttpStatus status, String detail, ServerHttpResponse response) throws IOException {
        Problem.of(ErrorCode.INVALID_REQUEST, status.value(), detail)
                .send(((ServletServerHttpResponse) response).getServletResponse());
    }
}
