package dev.mobilesync.socket;

import static dev.mobilesync.socket.TestInstance.completed;
import static dev.mobilesync.socket.TestInstance.waiting;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.Topology;
import dev.mobilesync.testsupport.NeedsRealServers;
import dev.mobilesync.testsupport.NetworkProxy;
import dev.mobilesync.testsupport.RealServers;
import dev.mobilesync.testsupport.StompTestClient;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** An instance falls so far behind that its queue is full and drops what is oldest. */
@NeedsRealServers
class MissedBroadcastsIT {

    private static final ExamineeKey EXAMINEE = new ExamineeKey("P001", "E001");

    @Test
    void whatWasDroppedIsShownAllTheSame() {
        try (RealServers servers = RealServers.open();
                NetworkProxy rabbit = new NetworkProxy(
                        requireNonNull(servers.properties().get("spring.rabbitmq.host")),
                        Integer.parseInt(requireNonNull(servers.properties().get("spring.rabbitmq.port"))))) {
            Map<String, String> slow = new HashMap<>(servers.properties());
            slow.put("spring.rabbitmq.host", "127.0.0.1");
            slow.put("spring.rabbitmq.port", Integer.toString(rabbit.port()));
            try (TestInstance server = TestInstance.start(slow, "mobile-sync.socket-queue=broadcast_queue.slow");
                    TestInstance beside = TestInstance.start(
                            servers.properties(), "mobile-sync.socket-queue=broadcast_queue.beside");
                    StompTestClient browser = server.examinee(EXAMINEE);
                    StompTestClient proctor = server.proctor("P001")) {
                browser.subscribe(Topology.examineeTopic(EXAMINEE));
                proctor.subscribe(Topology.planTopic("P001"));
                server.change(waiting(EXAMINEE, 1));
                browser.await("mobile_sync_waiting");
                servers.limitQueue("broadcast_queue.slow", 10);
                rabbit.freeze();
                byte[] others = new byte[0];
                for (int i = 0; i < 700; i++) {
                    beside.broadcast(others, null);
                }
                // Written, and its broadcast is among those that are dropped.
                beside.change(completed(EXAMINEE, 2));
                for (int i = 0; i < 100; i++) {
                    beside.broadcast(others, null);
                }
                rabbit.unfreeze();

                assertThat(browser.await("mobile_sync_completed").header("revision"))
                        .isEqualTo("2");
                assertThat(proctor.awaitClose().reason()).startsWith("BROADCASTS_MISSED");
                assertThat(browser.isOpen()).isTrue();
            }
        }
    }
}
