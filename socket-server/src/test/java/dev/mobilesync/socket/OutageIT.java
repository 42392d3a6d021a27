package dev.mobilesync.socket;

import static dev.mobilesync.socket.TestInstance.completed;
import static dev.mobilesync.socket.TestInstance.waiting;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.MessageCodec;
import dev.mobilesync.messages.MobileSyncWait;
import dev.mobilesync.messages.Topology;
import dev.mobilesync.testsupport.NeedsRealServers;
import dev.mobilesync.testsupport.NetworkProxy;
import dev.mobilesync.testsupport.RealServers;
import dev.mobilesync.testsupport.StompTestClient;
import dev.mobilesync.testsupport.StompTestClient.Frame;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.springframework.amqp.core.Message;

/** The network to the broker or to Redis is cut while browsers are connected. */
@org.junit.jupiter.api.TestInstance(Lifecycle.PER_CLASS)
@NeedsRealServers
class OutageIT {

    private static final ExamineeKey EXAMINEE = new ExamineeKey("P001", "E001");
    private static final ExamineeKey ANOTHER = new ExamineeKey("P001", "E002");
    private static final String WAIT = "/app/plans/P001/examinees/E001/mobile-sync/wait";
    private static final String ORDER = "/app/plans/P001/examinees/E001/mobile-sync/order";

    private final RealServers servers = RealServers.open();
    private final NetworkProxy rabbit = line("spring.rabbitmq.");
    private final NetworkProxy redis = line("spring.data.redis.");
    private final TestInstance server = TestInstance.start(throughProxies(), "mobile-sync.socket-missed-after=8s");

    /** A second way in, which is never cut: what a state-manager has. */
    private final TestInstance beside =
            TestInstance.start(servers.properties(), "mobile-sync.socket-queue=broadcast_queue.beside");

    @AfterAll
    void stop() {
        rabbit.reset();
        redis.reset();
        server.close();
        beside.close();
        rabbit.close();
        redis.close();
        servers.close();
    }

    @Test
    void publishesAWaitWhenTheBrokerIsBack() throws Exception {
        try (StompTestClient browser = server.examinee(EXAMINEE)) {
            browser.subscribe(Topology.examineeTopic(EXAMINEE));
            rabbit.cut();
            awaitConsuming(false);
            String receipt = browser.send(WAIT, "");
            Frame told = browser.await("mobile_sync_failed");
            assertThat(told.data().path("error").path("code").asString()).isEqualTo("STATUS_PUBLISH_FAILED");
            assertThat(told.data().path("error").path("retryable").asBoolean()).isTrue();
            String again = browser.send(WAIT, "");
            browser.await("mobile_sync_failed");
            assertThat(browser.hasReceipt(receipt)).isFalse();

            rabbit.reset();
            browser.awaitReceipt(receipt);
            browser.awaitReceipt(again);
            Message message = requireNonNull(beside.receiveStatus());
            assertThat(MessageCodec.decode(message.getBody(), MobileSyncWait.class)
                            .examinee())
                    .isEqualTo(EXAMINEE);
            awaitConsuming(true);
        }
    }

    @Test
    void tellsAtOnceWhoHasNoSubscription() {
        try (StompTestClient browser = server.examinee(EXAMINEE);
                StompTestClient proctor = server.proctor("P001")) {
            rabbit.cut();
            awaitConsuming(false);
            browser.send(WAIT, "");
            proctor.send(ORDER, "{\"order\":\"RETAKE\",\"reason\":\"blurred\"}");
            for (StompTestClient each : new StompTestClient[] {browser, proctor}) {
                Frame error = each.awaitError();
                assertThat(error.json().path("code").asString()).isEqualTo("STATUS_PUBLISH_FAILED");
                assertThat(error.json().path("retryable").asBoolean()).isTrue();
                assertThat(each.awaitClose().code()).isEqualTo(1013);
            }
        } finally {
            rabbit.reset();
            awaitConsuming(true);
        }
    }

    @Test
    void showsWhatWasBroadcastWhileTheBrokerWasAway() {
        try (StompTestClient browser = server.examinee(ANOTHER);
                StompTestClient proctor = server.proctor("P001")) {
            browser.subscribe(Topology.examineeTopic(ANOTHER));
            proctor.subscribe(Topology.planTopic("P001"));
            server.change(waiting(ANOTHER, 1));
            browser.await("mobile_sync_waiting");
            proctor.await("mobile_sync_waiting");
            rabbit.cut();
            awaitConsuming(false);
            // Written, and its broadcast lost: the snapshot heals it.
            beside.write(completed(ANOTHER, 2));
            rabbit.reset();
            assertThat(browser.await().header("revision")).isEqualTo("2");
            // Broadcast in the meantime: it has waited in the queue.
            rabbit.cut();
            awaitConsuming(false);
            beside.change(completed(ANOTHER, 3));
            rabbit.reset();
            assertThat(proctor.await().header("revision")).isEqualTo("3");
            assertThat(browser.await().header("revision")).isEqualTo("3");
            awaitConsuming(true);
        }
    }

    @Test
    void sendsProctorsToFillTheirBoardsAfterALongBreak() {
        try (StompTestClient browser = server.examinee(EXAMINEE);
                StompTestClient proctor = server.proctor("P001")) {
            browser.subscribe(Topology.examineeTopic(EXAMINEE));
            proctor.subscribe(Topology.planTopic("P001"));
            rabbit.cut();
            awaitConsuming(false);
            await().pollDelay(Duration.ofSeconds(9)).until(() -> true);
            assertThat(proctor.isOpen()).isTrue();
            rabbit.reset();
            assertThat(proctor.awaitClose().code()).isEqualTo(1012);
            assertThat(proctor.awaitClose().reason()).startsWith("BROADCASTS_MISSED");
            assertThat(browser.isOpen()).isTrue();
            awaitConsuming(true);
        }
    }

    @Test
    void showsTheStateWhenRedisIsBack() {
        ExamineeKey examinee = new ExamineeKey("P001", "E003");
        beside.write(completed(examinee, 1));
        try (StompTestClient browser = server.examinee(examinee)) {
            redis.cut();
            browser.subscribe(Topology.examineeTopic(examinee));
            assertThat(browser.isOpen()).isTrue();
            assertThat(browser.pending()).isEmpty();
            redis.reset();
            assertThat(browser.await().type()).isEqualTo("mobile_sync_completed");
        } finally {
            redis.reset();
        }
    }

    private void awaitConsuming(boolean consuming) {
        await().atMost(Duration.ofSeconds(20))
                .until(() -> server.bean(BroadcastListener.class)
                                .health()
                                .getStatus()
                                .getCode()
                                .equals("UP")
                        == consuming);
    }

    private NetworkProxy line(String prefix) {
        Map<String, String> properties = servers.properties();
        return new NetworkProxy(
                requireNonNull(properties.get(prefix + "host")),
                Integer.parseInt(requireNonNull(properties.get(prefix + "port"))));
    }

    private Map<String, String> throughProxies() {
        Map<String, String> properties = new HashMap<>(servers.properties());
        properties.put("spring.rabbitmq.host", "127.0.0.1");
        properties.put("spring.rabbitmq.port", Integer.toString(rabbit.port()));
        properties.put("spring.data.redis.host", "127.0.0.1");
        properties.put("spring.data.redis.port", Integer.toString(redis.port()));
        return properties;
    }
}
