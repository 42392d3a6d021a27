package dev.mobilesync.socket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.testsupport.ServerContract;
import dev.mobilesync.testsupport.SlowConnections;
import dev.mobilesync.testsupport.StompTestClient;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Slow request bodies or headers do not block handshakes. */
@ServerContract
class SlowRequestsIT {

    /** Less than the time that a slow body may take, even if the machine stalls. */
    private static final Duration NOW = Duration.ofSeconds(10);

    private static final String BODY = "Content-Length: 1000000\r\n\r\n";
    private static final String HANDSHAKE = "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            + "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n";

    private final SocketServerFixture server = SharedSocketServers.withLowLimits();

    /** More connections than the server has threads. */
    @Test
    void acceptsHandshakesDuringSlowBodies() {
        List<String> beginnings = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            beginnings.add("POST /ws HTTP/1.1\r\nHost: x\r\n" + BODY);
            beginnings.add("PUT /x HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n" + BODY);
            beginnings.add("GET /ws HTTP/1.1\r\nHost: x\r\n" + HANDSHAKE + BODY);
            beginnings.add("GET /ws HTTP/1.1\r\nHost: x\r\nX-Slow: ");
        }
        long begin = System.nanoTime();
        try (SlowConnections slow = new SlowConnections(server.port(), beginnings, Duration.ofMillis(500))) {
            for (int i = 0; i < 20; i++) {
                long start = System.nanoTime();
                try (StompTestClient browser = server.examinee(SocketServerFixture.newExaminee())) {
                    assertThat(browser.isOpen()).isTrue();
                }
                assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(NOW);
            }
            long rounds = Duration.ofNanos(System.nanoTime() - begin).toMillis() / 500 + 1;
            assertThat((long) slow.reopened()).as("unfinished headers are kept").isLessThanOrEqualTo(120 * rounds);
        }
    }

    /** The client sends more than the buffers of both sides hold before it reads the response. */
    @Test
    void respondsDuringLargeBody() throws IOException {
        byte[] part = new byte[1_000_000];
        try (Socket socket = new Socket("127.0.0.1", server.port())) {
            socket.setSoTimeout((int) NOW.toMillis());
            socket.getOutputStream()
                    .write(("POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 20000000\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            for (int i = 0; i < 20; i++) {
                socket.getOutputStream().write(part);
            }
            byte[] answer = socket.getInputStream().readAllBytes();
            assertThat(new String(answer, StandardCharsets.UTF_8)).startsWith("HTTP/1.1 400 ");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST /ws", "GET /ws", "POST /nothing", "PUT /livez"})
    void rejectsBodiesWithoutReading(String request) throws IOException {
        for (String body : new String[] {BODY, "Transfer-Encoding: chunked\r\n\r\n"}) {
            try (Socket socket = new Socket("127.0.0.1", server.port())) {
                socket.setSoTimeout((int) NOW.toMillis());
                String head = request + " HTTP/1.1\r\nHost: x\r\n" + HANDSHAKE + body;
                socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
                byte[] answer = new byte[1_024];
                int length = socket.getInputStream().read(answer);
                assertThat(new String(answer, 0, Math.max(0, length), StandardCharsets.UTF_8))
                        .startsWith("HTTP/1.1 400 ")
                        .contains("application/problem+json");
            }
        }
    }
}
