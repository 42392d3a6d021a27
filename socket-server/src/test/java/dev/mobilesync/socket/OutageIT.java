package dev.mobilesync.socket;

import static dev.mobilesync.socket.SocketServerFixture.completed;
import static dev.mobilesync.socket.SocketServerFixture.waiting;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.MessageCodec;
import dev.mobilesync.messages.MobileSyncWait;
import dev.mobilesync.messages.StompTopics;
import dev.mobilesync.testsupport.NetworkProxy;
import dev.mobilesync.testsupport.ServerContract;
import dev.mobilesync.testsupport.StompTestClient;
import dev.mobilesync.testsupport.StompTestClient.Frame;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.amqp.core.Message;

/** Connections to the broker or to Redis fail while browsers are connected. */
@ServerContract
class OutageIT {

    private final NetworkProxy rabbit = SharedSocketServers.proxies().broker();
    private final NetworkProxy redis = SharedSocketServers.proxies().redis();
    private final SocketServerFixture server = SharedSocketServers.behindProxies();

    /** Uses the same servers without the proxies, as a state-manager does. */
    private final SocketServerFixture healthy = SharedSocketServers.withDefaults();

    private final ExamineeKey examinee = SocketServerFixture.newExaminee();
    private final String sendPrefix = "/app/plans/P001/examinees/" + examinee.examineeId() + "/mobile-sync/";

    @AfterEach
    void restoreNetwork() {
        rabbit.reset();
        redis.reset();
    }

    @Test
    void publishesStepEntryAfterBrokerOutage() throws Exception {
        try (StompTestClient browser = server.subscribedExaminee(examinee)) {
            rabbit.cut();
            server.awaitConsuming(false);
            String receipt = browser.send(sendPrefix + "wait", "");
            Frame notice = browser.await("mobile_sync_failed");
            assertThat(notice.data().path("error").path("code").asString()).isEqualTo("STATUS_PUBLISH_FAILED");
            assertThat(notice.data().path("error").path("retryable").asBoolean())
                    .isTrue();
            String again = browser.send(sendPrefix + "wait", "");
            browser.await("mobile_sync_failed");
            assertThat(browser.hasReceipt(receipt)).isFalse();

            rabbit.reset();
            browser.awaitReceipt(receipt);
            browser.awaitReceipt(again);
            Message message = requireNonNull(healthy.receiveStatus());
            assertThat(MessageCodec.decode(message.getBody(), MobileSyncWait.class)
                            .examinee())
                    .isEqualTo(examinee);
        }
    }

    @Test
    void sendsErrorWithoutSubscription() {
        try (StompTestClient browser = server.examinee(examinee);
                StompTestClient proctor = server.proctor("P001")) {
            rabbit.cut();
            server.awaitConsuming(false);
            browser.send(sendPrefix + "wait", "");
            proctor.send(sendPrefix + "order", "{\"order\":\"RETAKE\",\"reason\":\"blurred\"}");
            for (StompTestClient each : new StompTestClient[] {browser, proctor}) {
                Frame error = each.awaitError();
                assertThat(error.json().path("code").asString()).isEqualTo("STATUS_PUBLISH_FAILED");
                assertThat(error.json().path("retryable").asBoolean()).isTrue();
                assertThat(each.awaitClose().code()).isEqualTo(1013);
            }
        }
    }

    /** The queue ends with the connection, so the broadcasts of an outage are lost. */
    @Test
    void resyncsAfterBrokerOutage() {
        try (StompTestClient browser = server.subscribedExaminee(examinee);
                StompTestClient proctor = server.subscribedProctor("P001")) {
            server.change(waiting(examinee, 1));
            browser.await("mobile_sync_waiting");
            proctor.await("mobile_sync_waiting");
            rabbit.cut();
            server.awaitConsuming(false);
            healthy.change(completed(examinee, 2));
            assertThat(proctor.isOpen()).isTrue();
            rabbit.reset();
            assertThat(browser.await().header("revision")).isEqualTo("2");
            assertThat(proctor.awaitClose().code()).isEqualTo(1012);
            assertThat(proctor.awaitClose().reason()).startsWith("BROADCASTS_MISSED");
            assertThat(browser.isOpen()).isTrue();
        }
    }

    @Test
    void sendsStateAfterRedisOutage() {
        healthy.write(completed(examinee, 1));
        try (StompTestClient browser = server.examinee(examinee)) {
            redis.cut();
            browser.subscribe(StompTopics.examinee(examinee));
            assertThat(browser.isOpen()).isTrue();
            assertThat(browser.pending()).isEmpty();
            await().until(() -> server.pendingStates() == 1);
            redis.reset();
            assertThat(browser.await().type()).isEqualTo("mobile_sync_completed");
            await().until(() -> server.pendingStates() == 0);
        }
    }
}
