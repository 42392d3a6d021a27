package dev.mobilesync.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mobilesync.testsupport.ServerContract;
import dev.mobilesync.testsupport.StompTestClient;
import java.net.Socket;
import java.net.http.WebSocketHandshakeException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** WebSocket handshakes: origins, headers and extensions. */
@TestInstance(Lifecycle.PER_CLASS)
@ServerContract
class HandshakeIT {

    private final SocketServerFixture server = SharedSocketServers.withDefaults();
    private final SocketServerFixture limited = SharedSocketServers.withLowLimits();

    @Test
    void acceptsOnlyAllowedOrigins() throws Exception {
        for (String origin : List.of(
                "https://exam.example.org",
                "http://localhost:8080",
                "capacitor://localhost",
                "http://127.0.0.1:" + limited.port())) {
            open(limited, "Origin", origin).close();
        }
        for (String origin : List.of(
                "https://evil.example.org",
                "http://exam.example.org",
                "null",
                "ionic://localhost",
                "http://a:b",
                "http://[::1",
                "http://exam.example.org:99999999999")) {
            assertThatThrownBy(() -> open(limited, "Origin", origin))
                    .as(origin)
                    .isInstanceOfSatisfying(WebSocketHandshakeException.class, e -> {
                        assertThat(e.getResponse().statusCode()).isEqualTo(403);
                        assertThat(e.getResponse().headers().firstValue("content-type"))
                                .hasValue("application/problem+json");
                    });
        }
        assertThatThrownBy(() -> open(server, "Origin", "http://localhost:8080"))
                .isInstanceOf(WebSocketHandshakeException.class);
    }

    @Test
    void doesNotCompress() throws Exception {
        try (Socket socket = new Socket()) {
            server.handshake(
                    socket,
                    "Connection: Upgrade",
                    "Sec-WebSocket-Version: 13",
                    "Sec-WebSocket-Protocol: v12.stomp",
                    "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits");
            byte[] answer = new byte[4096];
            int length = socket.getInputStream().read(answer);
            assertThat(new String(answer, 0, length, StandardCharsets.US_ASCII))
                    .startsWith("HTTP/1.1 101")
                    .containsIgnoringCase("Sec-WebSocket-Protocol: v12.stomp")
                    .doesNotContainIgnoringCase("Sec-WebSocket-Extensions");
        }
    }

    @Test
    void acceptsLargeHeader() throws Exception {
        open(server, "Cookie", "c=" + "x".repeat(6_000)).close();
    }

    private static StompTestClient open(SocketServerFixture server, String header, String value)
            throws WebSocketHandshakeException {
        return server.open(SocketServerFixture.newAddress(), Map.of(header, value));
    }
}
