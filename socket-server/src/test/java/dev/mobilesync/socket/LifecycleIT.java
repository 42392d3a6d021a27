package dev.mobilesync.socket;

import static dev.mobilesync.socket.SocketServerFixture.completed;
import static dev.mobilesync.socket.SocketServerFixture.newExaminee;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.StompTopics;
import dev.mobilesync.socket.fanout.BroadcastListener;
import dev.mobilesync.testsupport.ApiClient;
import dev.mobilesync.testsupport.ServerContract;
import dev.mobilesync.testsupport.StompTestClient;
import dev.mobilesync.testsupport.TestServers;
import dev.mobilesync.testsupport.api.HttpContract;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.springframework.amqp.core.AmqpAdmin;
import org.springframework.amqp.core.Queue;
import org.springframework.amqp.core.QueueBuilder;

/** Startup, health and shutdown. Slow tests run concurrently with the others. */
@TestInstance(Lifecycle.PER_CLASS)
@ServerContract
class LifecycleIT {

    private static final String OWN_QUEUE = "mobile-sync.socket-queue=broadcast_queue.lifecycle";
    private static final Executor NEW_THREAD = task -> new Thread(task).start();

    private final Map<String, String> servers = TestServers.shared().properties();
    private final SocketServerFixture server = SharedSocketServers.withDefaults();
    private final SocketServerFixture limited = SharedSocketServers.withLowLimits();

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void rejectsSecondConsumerOfQueue() {
        assertThatThrownBy(() -> SocketServerFixture.start(servers, "mobile-sync.socket-queue-acquire-timeout=2s"))
                .rootCause()
                .hasMessageContaining("MOBILE_SYNC_SOCKET_QUEUE")
                .hasMessageContaining("broadcast_queue");
        try (StompTestClient here = server.proctor("P001");
                StompTestClient there = limited.proctor("P001")) {
            here.subscribe(StompTopics.plan("P001"));
            there.subscribe(StompTopics.plan("P001"));
            server.broadcast(completed(newExaminee(), 1));
            here.await("mobile_sync_completed");
            there.await("mobile_sync_completed");
        }
    }

    /** Earlier versions declared the same queues without the property exclusive. */
    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void replacesQueuesOfEarlierVersion() {
        AmqpAdmin admin = server.bean(AmqpAdmin.class);
        for (String name : List.of("broadcast_queue.earlier", "missed.broadcast_queue.earlier")) {
            Queue queue = QueueBuilder.nonDurable(name).expires(1_800_000).build();
            Throwable denial = catchThrowable(() -> admin.declareQueue(queue));
            if (denial != null) {
                assertThat(denial).rootCause().hasMessageContaining("transient_nonexcl_queues");
                abort("this broker denies queues of the earlier version");
            }
        }
        try (SocketServerFixture started =
                SocketServerFixture.start(servers, "mobile-sync.socket-queue=broadcast_queue.earlier")) {
            StompTestClient proctor = started.proctor("P001");
            proctor.subscribe(StompTopics.plan("P001"));
            server.broadcast(completed(newExaminee(), 1));
            proctor.await("mobile_sync_completed");
        }
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void startsWithoutBrokerAndIsNotReady() {
        Map<String, String> nowhere = new HashMap<>(servers);
        nowhere.put("spring.rabbitmq.port", "1");
        try (SocketServerFixture starting = SocketServerFixture.startWithoutWaiting(nowhere)) {
            assertThat(starting.get("/readyz").statusCode()).isEqualTo(503);
            assertThat(starting.get("/livez").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void servesHealthMetricsAndErrorsOnly() throws Exception {
        ApiClient management = ApiClient.ofOther(URI.create("http://127.0.0.1:" + server.managementPort()));
        assertThat(server.get("/readyz").statusCode()).isEqualTo(200);
        assertThat(management.get("/actuator/health/readiness", "").body())
                .contains("\"broadcasts\"", "\"rabbit\"", "\"redis\"");
        assertThat(management.get("/actuator/prometheus", "").body())
                .contains(
                        "mobile_sync_socket_sessions",
                        "mobile_sync_socket_disconnects_total{",
                        "mobile_sync_current_states_pending",
                        "mobile_sync_snapshots_pending");
        for (String path : List.of("/", "/error", "/ws/x", "/actuator/env", "/api/v1/plans/P001/mobile-sync")) {
            assertThat(server.get(path).statusCode()).as(path).isIn(401, 404);
        }
        HttpResponse<String> rejected = server.get("/anything");
        assertThat(rejected.statusCode()).isEqualTo(401);
        assertThat(rejected.headers().firstValue("content-type")).hasValue("application/problem+json");
        assertThat(rejected.body()).contains("\"code\":\"UNAUTHENTICATED\"");
        HttpContract.checkProblem(401, rejected.body());
        assertThat(server.get("/ws").statusCode()).isEqualTo(400);
    }

    /**
     * During the drain period the instance serves clients. Then it disconnects them, while it still consumes broadcasts.
     * Finally it releases its queue to a successor that has already started.
     */
    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void successorAcquiresQueueAfterStop() {
        ExamineeKey examinee = newExaminee();
        SocketServerFixture first = SocketServerFixture.start(servers, OWN_QUEUE, "mobile-sync.drain-time=12s");
        BroadcastListener broadcasts = first.bean(BroadcastListener.class);
        org.springframework.context.Lifecycle sessions = first.lifecycle("sessionLifecycle");
        List<StompTestClient> browsers = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            browsers.add(first.examinee(examinee));
        }
        await().until(() -> first.sessions() == 20);

        CompletableFuture<Void> stopped = CompletableFuture.runAsync(first::close, NEW_THREAD);
        CompletableFuture<SocketServerFixture> successor =
                CompletableFuture.supplyAsync(() -> SocketServerFixture.start(servers, OWN_QUEUE), NEW_THREAD);
        await().until(() -> first.get("/readyz").statusCode(), Integer.valueOf(503)::equals);
        StompTestClient late = first.examinee(examinee);
        late.subscribe(StompTopics.examinee(examinee));
        assertThat(browsers).allMatch(StompTestClient::isOpen);

        await().pollInterval(Duration.ofMillis(20)).until(() -> {
            boolean consumes = broadcasts.isRunning();
            assertThat(consumes || !sessions.isRunning())
                    .as("consumes until all are disconnected")
                    .isTrue();
            return browsers.stream().anyMatch(browser -> !browser.isOpen());
        });
        browsers.add(late);
        for (StompTestClient browser : browsers) {
            assertThat(browser.awaitClose().code()).isEqualTo(1012);
            assertThat(browser.awaitClose().reason()).isEqualTo("SERVER_STOPS: the server restarts: reconnect");
        }
        stopped.join();
        assertThat(broadcasts.isRunning()).isFalse();
        try (SocketServerFixture second = successor.join()) {
            assertThat(second.sessions()).isZero();
        }
    }
}
