package dev.mobilesync.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mobilesync.testsupport.ServerContract;
import dev.mobilesync.testsupport.StompTestClient;
import dev.mobilesync.testsupport.api.HttpContract;
import java.io.IOException;
import java.net.Socket;
import java.net.http.WebSocketHandshakeException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** WebSocket handshakes: origins, headers and extensions. */
@TestInstance(Lifecycle.PER_CLASS)
@ServerContract
class HandshakeIT {

    private static final String KEY = "AAAAAAAAAAAAAAAAAAAAAA==";

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

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "426 | Sec-WebSocket-Version: 99 | Sec-WebSocket-Version: 13",
                "426 | Sec-WebSocket-Version: 13 | Sec-WebSocket-Version: 99",
                "426 | Sec-WebSocket-Version: 8 | Sec-WebSocket-Version: 13",
                "426 | Sec-WebSocket-Version: 13 | Sec-WebSocket-Version: 13",
                "426 | Sec-WebSocket-Version: 99, 13 | X-Other: 1",
                "400 | Sec-WebSocket-Version: 13 | Sec-WebSocket-Key: BBBBBBBBBBBBBBBBBBBBBA==",
                "400 | Sec-WebSocket-Version: 13 | Host: evil.example.org",
            })
    void rejectsRepeatedHeader(int status, String first, String second) throws Exception {
        assertRejected(status, "Upgrade: websocket", "Sec-WebSocket-Key: " + KEY, first, second);
    }

    @Test
    void rejectsRepeatedOrigin() throws Exception {
        String own = "Origin: http://127.0.0.1";
        String[] valid = {"Upgrade: websocket", "Sec-WebSocket-Key: " + KEY, "Sec-WebSocket-Version: 13", own};
        assertThat(respond(valid)).startsWith("HTTP/1.1 101 ");
        String[] repeated = Arrays.copyOf(valid, valid.length + 1);
        repeated[valid.length] = "Origin: https://evil.example.org";
        assertRejected(400, repeated);
    }

    @ParameterizedTest
    @ValueSource(strings = {"websocket, h2c", "h2c, websocket"})
    void rejectsListOfProtocols(String protocols) throws Exception {
        assertRejected(400, "Upgrade: " + protocols, "Sec-WebSocket-Key: " + KEY, "Sec-WebSocket-Version: 13");
    }

    @Test
    void findsSubprotocolInEachHeader() throws Exception {
        assertThat(respond(
                        "Upgrade: websocket",
                        "Sec-WebSocket-Key: " + KEY,
                        "Sec-WebSocket-Version: 13",
                        "Sec-WebSocket-Protocol: mqtt",
                        "Sec-WebSocket-Protocol: v11.stomp, v12.stomp"))
                .startsWith("HTTP/1.1 101 ")
                .containsIgnoringCase("Sec-WebSocket-Protocol: v11.stomp\r\n");
    }

    private void assertRejected(int status, String... headers) throws IOException {
        String response = respond(headers);
        assertThat(response).startsWith("HTTP/1.1 " + status + " ").contains("application/problem+json");
        assertThat(response.contains("Sec-WebSocket-Version: 13\r\n")).isEqualTo(status == 426);
        HttpContract.checkProblem(status, response.substring(response.indexOf("\r\n\r\n")));
    }

    /** Sends a handshake with these headers, and returns the response; of an opened WebSocket the head only. */
    private String respond(String... headers) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", server.port())) {
            // Less than the time after which the server closes a connection without a WebSocket.
            socket.setSoTimeout(5_000);
            String request = "GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\n"
                    + String.join("\r\n", headers) + "\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            StringBuilder response = new StringBuilder();
            boolean opened = false;
            for (int next = 0; next >= 0 && !opened; ) {
                next = socket.getInputStream().read();
                if (next >= 0) {
                    response.append((char) next);
                }
                opened = response.indexOf("HTTP/1.1 101 ") == 0 && response.indexOf("\r\n\r\n") > 0;
            }
            return response.toString();
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
