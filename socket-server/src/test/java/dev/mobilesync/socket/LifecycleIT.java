package dev.mobilesync.socket;

import static dev.mobilesync.socket.TestInstance.completed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.Topology;
import dev.mobilesync.testsupport.NeedsRealServers;
import dev.mobilesync.testsupport.RealServers;
import dev.mobilesync.testsupport.StompTestClient;
import dev.mobilesync.testsupport.TestTokens;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocketHandshakeException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** Start, health, origins and stop. */
@org.junit.jupiter.api.TestInstance(Lifecycle.PER_CLASS)
@NeedsRealServers
class LifecycleIT {

    private static final ExamineeKey EXAMINEE = new ExamineeKey("P001", "E001");

    private final RealServers servers = RealServers.open();

    @AfterAll
    void stop() {
        servers.close();
    }

    @Test
    void twoInstancesNeedTwoQueues() {
        try (TestInstance first = TestInstance.start(servers.properties())) {
            assertThatThrownBy(() -> TestInstance.start(servers.properties(), "mobile-sync.socket-queue-claim-time=3s"))
                    .rootCause()
                    .hasMessageContaining("MOBILE_SYNC_SOCKET_QUEUE")
                    .hasMessageContaining("broadcast_queue");
            try (TestInstance second =
                            TestInstance.start(servers.properties(), "mobile-sync.socket-queue=broadcast_queue.two");
                    StompTestClient here = first.proctor("P001");
                    StompTestClient there = second.proctor("P001")) {
                here.subscribe(Topology.planTopic("P001"));
                there.subscribe(Topology.planTopic("P001"));
                first.broadcast(completed(EXAMINEE, 1));
                here.await("mobile_sync_completed");
                there.await("mobile_sync_completed");
            }
        }
    }

    @Test
    void aSuccessorTakesTheQueueOver() throws Exception {
        TestInstance first = TestInstance.start(servers.properties());
        Thread leaving = new Thread(first::close);
        leaving.start();
        try (TestInstance second = TestInstance.start(servers.properties())) {
            assertThat(second.sessions()).isZero();
        }
        leaving.join();
    }

    @Test
    void startsWithoutABrokerAndIsNotReady() throws Exception {
        Map<String, String> nowhere = new HashMap<>(servers.properties());
        nowhere.put("spring.rabbitmq.port", "1");
        try (TestInstance server = TestInstance.startAtOnce(nowhere)) {
            assertThat(get(server.port(), "/readyz").statusCode()).isEqualTo(503);
            assertThat(get(server.port(), "/livez").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void refusesAQueueOfAnotherName() {
        for (String name : List.of("status_queue", "broadcast_queue.", "broadcast_queue.a b", "broadcast_queue2")) {
            assertThatThrownBy(() -> TestInstance.start(servers.properties(), "mobile-sync.socket-queue=" + name))
                    .rootCause()
                    .hasMessageContaining("MOBILE_SYNC_SOCKET_QUEUE");
        }
    }

    @Test
    void servesHealthAndMetricsAndNothingElse() throws Exception {
        try (TestInstance server = TestInstance.start(servers.properties())) {
            assertThat(get(server.port(), "/readyz").statusCode()).isEqualTo(200);
            assertThat(get(server.managementPort(), "/actuator/health/readiness")
                            .body())
                    .contains("\"broadcasts\"", "\"rabbit\"", "\"redis\"");
            assertThat(get(server.managementPort(), "/actuator/prometheus").body())
                    .contains("mobile_sync_socket_sessions", "mobile_sync_socket_disconnects_total{");
            for (String path : List.of("/", "/error", "/ws/x", "/actuator/env", "/api/v1/plans/P001/mobile-sync")) {
                assertThat(get(server.port(), path).statusCode()).as(path).isIn(401, 404);
            }
            HttpResponse<String> refused = get(server.port(), "/anything");
            assertThat(refused.statusCode()).isEqualTo(401);
            assertThat(refused.headers().firstValue("content-type")).hasValue("application/problem+json");
            assertThat(refused.body()).contains("\"code\":\"UNAUTHENTICATED\"");
            assertThat(get(server.port(), "/ws").statusCode()).isEqualTo(400);
            StompTestClient.open(server.uri(), Map.of("Cookie", "c=" + "x".repeat(6_000)))
                    .close();
        }
    }

    @Test
    void letsOnlyKnownPagesIn() throws Exception {
        try (TestInstance server = TestInstance.start(
                servers.properties(), "mobile-sync.allowed-origins=https://exam.example.org,http://localhost:8080")) {
            for (String origin :
                    List.of("https://exam.example.org", "http://localhost:8080", "http://127.0.0.1:" + server.port())) {
                StompTestClient.open(server.uri(), Map.of("Origin", origin)).close();
            }
            for (String origin : List.of("https://evil.example.org", "http://exam.example.org", "null")) {
                assertThatThrownBy(() -> StompTestClient.open(server.uri(), Map.of("Origin", origin)))
                        .isInstanceOf(WebSocketHandshakeException.class);
            }
        }
        try (TestInstance server = TestInstance.start(servers.properties())) {
            assertThatThrownBy(() -> StompTestClient.open(server.uri(), Map.of("Origin", "http://localhost:8080")))
                    .isInstanceOf(WebSocketHandshakeException.class);
        }
    }

    @Test
    void doesNotCompress() throws Exception {
        try (TestInstance server = TestInstance.start(servers.properties());
                Socket socket = new Socket("127.0.0.1", server.port())) {
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

    @Test
    void tellsEverybodyToComeBackWhenItStops() {
        TestInstance server = TestInstance.start(servers.properties());
        List<StompTestClient> browsers = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            browsers.add(server.examinee(EXAMINEE));
        }
        await().until(() -> server.sessions() == 20);
        server.close();
        for (StompTestClient browser : browsers) {
            assertThat(browser.awaitClose().code()).isEqualTo(1012);
            assertThat(browser.awaitClose().reason()).isEqualTo("SERVER_STOPS: the server restarts: come back");
        }
    }

    @Test
    void broadcastsGoOnUntilEverybodyIsSentAway() throws Exception {
        TestInstance server = TestInstance.start(servers.properties());
        BroadcastListener broadcasts = server.bean(BroadcastListener.class);
        StompTestClient browser = server.examinee(EXAMINEE);
        Thread stopping = new Thread(server::close);
        stopping.start();
        assertThat(browser.awaitClose().code()).isEqualTo(1012);
        assertThat(broadcasts.isRunning()).isTrue();
        stopping.join();
        assertThat(broadcasts.isRunning()).isFalse();
    }

    @Test
    void servesOnUntilLoadBalancersKnowThatItStops() throws Exception {
        TestInstance server = TestInstance.start(servers.properties(), "mobile-sync.drain-time=3s");
        StompTestClient before = server.examinee(EXAMINEE);
        URI uri = server.uri();
        int port = server.port();
        Thread stopping = new Thread(server::close);
        stopping.start();
        await().until(() -> get(port, "/readyz").statusCode(), Integer.valueOf(503)::equals);
        StompTestClient late =
                StompTestClient.connect(uri, TestTokens.examinee(EXAMINEE.planId(), EXAMINEE.examineeId()));
        late.subscribe(Topology.examineeTopic(EXAMINEE));
        assertThat(before.isOpen()).isTrue();
        assertThat(late.awaitClose().code()).isEqualTo(1012);
        assertThat(before.awaitClose().code()).isEqualTo(1012);
        stopping.join();
    }

    private static HttpResponse<String> get(int port, String path) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }
}
