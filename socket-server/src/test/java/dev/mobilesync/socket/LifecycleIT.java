package dev.mobilesync.socket;

import static dev.mobilesync.socket.SocketServerFixture.completed;
import static dev.mobilesync.socket.SocketServerFixture.newExaminee;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.Topology;
import dev.mobilesync.testsupport.ApiClient;
import dev.mobilesync.testsupport.ServerContract;
import dev.mobilesync.testsupport.StompTestClient;
import dev.mobilesync.testsupport.TestServers;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.net.http.WebSocketHandshakeException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Start, health, origins and stop. */
@ServerContract
class LifecycleIT {

    private static final String OWN_QUEUE = "mobile-sync.socket-queue=broadcast_queue.lifecycle";

    private final Map<String, String> servers = TestServers.shared().properties();

    @Test
    void twoInstancesNeedTwoQueues() {
        SocketServerFixture first = SharedSocketServers.withDefaults();
        SocketServerFixture second = SharedSocketServers.withLowLimits();
        assertThatThrownBy(() -> SocketServerFixture.start(servers, "mobile-sync.socket-queue-claim-time=2s"))
                .rootCause()
                .hasMessageContaining("MOBILE_SYNC_SOCKET_QUEUE")
                .hasMessageContaining("broadcast_queue");
        try (StompTestClient here = first.proctor("P001");
                StompTestClient there = second.proctor("P001")) {
            here.subscribe(Topology.planTopic("P001"));
            there.subscribe(Topology.planTopic("P001"));
            first.broadcast(completed(newExaminee(), 1));
            here.await("mobile_sync_completed");
            there.await("mobile_sync_completed");
        }
    }

    @Test
    void startsWithoutABrokerAndIsNotReady() {
        Map<String, String> nowhere = new HashMap<>(servers);
        nowhere.put("spring.rabbitmq.port", "1");
        try (SocketServerFixture server = SocketServerFixture.startWithoutWaiting(nowhere)) {
            assertThat(server.get("/readyz").statusCode()).isEqualTo(503);
            assertThat(server.get("/livez").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void servesHealthAndMetricsAndNothingElse() throws Exception {
        SocketServerFixture server = SharedSocketServers.withDefaults();
        ApiClient management = new ApiClient(URI.create("http://127.0.0.1:" + server.managementPort()));
        assertThat(server.get("/readyz").statusCode()).isEqualTo(200);
        assertThat(management.get("/actuator/health/readiness", "").body())
                .contains("\"broadcasts\"", "\"rabbit\"", "\"redis\"");
        assertThat(management.get("/actuator/prometheus", "").body())
                .contains("mobile_sync_socket_sessions", "mobile_sync_socket_disconnects_total{");
        for (String path : List.of("/", "/error", "/ws/x", "/actuator/env", "/api/v1/plans/P001/mobile-sync")) {
            assertThat(server.get(path).statusCode()).as(path).isIn(401, 404);
        }
        HttpResponse<String> refused = server.get("/anything");
        assertThat(refused.statusCode()).isEqualTo(401);
        assertThat(refused.headers().firstValue("content-type")).hasValue("application/problem+json");
        assertThat(refused.body()).contains("\"code\":\"UNAUTHENTICATED\"");
        assertThat(server.get("/ws").statusCode()).isEqualTo(400);
        open(server, "Cookie", "c=" + "x".repeat(6_000)).close();
    }

    @Test
    void letsOnlyKnownPagesIn() throws Exception {
        SocketServerFixture server = SharedSocketServers.withLowLimits();
        for (String origin :
                List.of("https://exam.example.org", "http://localhost:8080", "http://127.0.0.1:" + server.port())) {
            open(server, "Origin", origin).close();
        }
        for (String origin : List.of("https://evil.example.org", "http://exam.example.org", "null")) {
            assertThatThrownBy(() -> open(server, "Origin", origin)).isInstanceOf(WebSocketHandshakeException.class);
        }
        assertThatThrownBy(() -> open(SharedSocketServers.withDefaults(), "Origin", "http://localhost:8080"))
                .isInstanceOf(WebSocketHandshakeException.class);
    }

    @Test
    void doesNotCompress() throws Exception {
        try (Socket socket =
                new Socket("127.0.0.1", SharedSocketServers.withDefaults().port())) {
            socket.getOutputStream()
                    .write(("GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                                    + "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n"
                                    + "Sec-WebSocket-Protocol: v12.stomp\r\n"
                                    + "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            byte[] answer = new byte[4096];
            int length = socket.getInputStream().read(answer);
            assertThat(new String(answer, 0, length, StandardCharsets.US_ASCII))
                    .startsWith("HTTP/1.1 101")
                    .contains("Sec-WebSocket-Protocol: v12.stomp")
                    .doesNotContain("Sec-WebSocket-Extensions");
        }
    }

    /**
     * Serves on until load balancers know that it stops, then sends every client away, reads broadcasts until then, and
     * leaves its queue to a successor that is starting meanwhile.
     */
    @Test
    void stopsInOrderAndASuccessorTakesTheQueueOver() {
        ExamineeKey examinee = newExaminee();
        SocketServerFixture server = SocketServerFixture.start(servers, OWN_QUEUE, "mobile-sync.drain-time=2s");
        BroadcastListener broadcasts = server.bean(BroadcastListener.class);
        List<StompTestClient> browsers = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            browsers.add(server.examinee(examinee));
        }
        await().until(() -> server.sessions() == 20);

        CompletableFuture<Void> stopped = CompletableFuture.runAsync(server::close);
        CompletableFuture<SocketServerFixture> successor =
                CompletableFuture.supplyAsync(() -> SocketServerFixture.start(servers, OWN_QUEUE));
        await().until(() -> server.get("/readyz").statusCode(), Integer.valueOf(503)::equals);
        StompTestClient late = server.examinee(examinee);
        late.subscribe(Topology.examineeTopic(examinee));
        assertThat(browsers).allMatch(StompTestClient::isOpen);

        CompletableFuture.anyOf(browsers.stream()
                        .map(browser -> CompletableFuture.supplyAsync(browser::awaitClose))
                        .toArray(CompletableFuture[]::new))
                .join();
        assertThat(broadcasts.isRunning()).isTrue();
        browsers.add(late);
        for (StompTestClient browser : browsers) {
            assertThat(browser.awaitClose().code()).isEqualTo(1012);
            assertThat(browser.awaitClose().reason()).isEqualTo("SERVER_STOPS: the server restarts: come back");
        }
        stopped.join();
        assertThat(broadcasts.isRunning()).isFalse();
        try (SocketServerFixture second = successor.join()) {
            assertThat(second.sessions()).isZero();
        }
    }

    private static StompTestClient open(SocketServerFixture server, String header, String value)
            throws WebSocketHandshakeException {
        return server.open(SocketServerFixture.newAddress(), Map.of(header, value));
    }
}
