package dev.mobilesync.socket;

import static dev.mobilesync.socket.SocketServerFixture.completed;
import static dev.mobilesync.socket.SocketServerFixture.newExaminee;
import static dev.mobilesync.socket.SocketServerFixture.waiting;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mobilesync.messages.AmqpNames;
import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.MessageCodec;
import dev.mobilesync.messages.MobileSyncFailed;
import dev.mobilesync.messages.RedisKeys;
import dev.mobilesync.messages.Status;
import dev.mobilesync.messages.StompTopics;
import dev.mobilesync.messages.SyncError;
import dev.mobilesync.service.publishing.ConfirmedPublisher;
import dev.mobilesync.service.publishing.OutboundMessage;
import dev.mobilesync.socket.stomp.DisconnectReason;
import dev.mobilesync.testsupport.ServerContract;
import dev.mobilesync.testsupport.StompTestClient;
import dev.mobilesync.testsupport.StompTestClient.Frame;
import io.micrometer.core.instrument.Timer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.springframework.data.redis.core.StringRedisTemplate;

/** Content and order of the messages that browsers receive. */
@ServerContract
class DeliveryIT {

    private final SocketServerFixture server = SharedSocketServers.withDefaults();

    @Test
    void sendsExistingState() {
        ExamineeKey examinee = newExaminee();
        server.change(completed(examinee, 3));
        try (StompTestClient browser = server.examinee(examinee)) {
            String id = browser.subscribe(StompTopics.examinee(examinee));
            Frame state = browser.await();
            assertThat(state.body())
                    .isEqualTo(
                            "{\"type\":\"mobile_sync_completed\",\"data\":{\"planId\":\"P001\",\"examineeId\":\""
                                    + examinee.examineeId()
                                    + "\",\"deviceId\":\"M001\",\"status\":\"COMPLETED\",\"timestamp\":\"2024-01-01T09:00:00Z\"}}");
            assertThat(state.headers())
                    .containsEntry("subscription", id)
                    .containsEntry("destination", StompTopics.examinee(examinee))
                    .containsEntry("content-type", "application/json")
                    .containsEntry("revision", "3")
                    .containsKey("message-id");
        }
    }

    @Test
    void sendsStateReceiptAfterState() {
        ExamineeKey examinee = newExaminee();
        Map<String, String> headers =
                Map.of("id", "1", "destination", StompTopics.examinee(examinee), "state-receipt", "known");
        try (StompTestClient browser = server.examinee(examinee)) {
            browser.frame("SUBSCRIBE", headers, "");
            browser.awaitReceipt("known");
            assertThat(browser.pending()).isEmpty();
        }
        server.write(waiting(examinee, 3));
        try (StompTestClient browser = server.examinee(examinee)) {
            browser.frame("SUBSCRIBE", headers, "");
            browser.awaitReceipt("known");
            assertThat(browser.pending()).hasSize(1);
        }
    }

    @Test
    void timesBroadcastsToEachBrowser() {
        ExamineeKey examinee = newExaminee();
        Timer captureToBrowser = server.timer("mobile.sync.capture.to.browser");
        Timer push = server.timer("mobile.sync.socket.push");
        Timer transport = server.timer("mobile.sync.broadcast");
        long captures = captureToBrowser.count();
        double seconds = captureToBrowser.totalTime(TimeUnit.SECONDS);
        long pushes = push.count();
        long broadcasts = transport.count();
        long startedAt = System.currentTimeMillis() - 5_000;
        try (StompTestClient browser = server.subscribedExaminee(examinee);
                StompTestClient proctor = server.subscribedProctor("P001")) {
            server.broadcast(waiting(examinee, 1));
            browser.await("mobile_sync_waiting");
            proctor.await("mobile_sync_waiting");
            await().until(() -> push.count() - pushes == 2);
            assertThat(captureToBrowser.count()).as("without a capture").isEqualTo(captures);

            server.bean(ConfirmedPublisher.class)
                    .publish(OutboundMessage.broadcast(completed(examinee, 2))
                            .withHeaders(Map.of(AmqpNames.CAPTURE_STARTED_AT, startedAt)));
            browser.await("mobile_sync_completed");
            proctor.await("mobile_sync_completed");
            await().until(() -> captureToBrowser.count() - captures == 2);
        }
        assertThat(captureToBrowser.totalTime(TimeUnit.SECONDS) - seconds)
                .isBetween(10.0, 2 * (System.currentTimeMillis() - startedAt) / 1e3);
        assertThat(push.count() - pushes).isEqualTo(4);
        assertThat(transport.count() - broadcasts).isEqualTo(2);
    }

    @Test
    void sendsLaterChange() {
        ExamineeKey examinee = newExaminee();
        try (StompTestClient browser = server.subscribedExaminee(examinee);
                StompTestClient proctor = server.subscribedProctor("P001");
                StompTestClient elsewhere = server.subscribedProctor("P002")) {
            assertThat(browser.pending()).isEmpty();

            server.change(waiting(examinee, 1));
            assertThat(browser.await().type()).isEqualTo("mobile_sync_waiting");
            assertThat(proctor.await().data().path("examineeId").asString()).isEqualTo(examinee.examineeId());

            server.change(completed(examinee, 2));
            assertThat(browser.await().type()).isEqualTo("mobile_sync_completed");
            assertThat(proctor.await().header("revision")).isEqualTo("2");
            assertThat(elsewhere.pending()).isEmpty();
        }
    }

    @Test
    void keepsBodyOfBroadcast() {
        ExamineeKey examinee = newExaminee();
        byte[] body =
                ("{ \"type\" : \"mobile_sync_waiting\", \"more\": 1, \"data\": {\"planId\":\"P001\", \"examineeId\":\""
                                + examinee.examineeId()
                                + "\", \"status\":\"WAITING\", \"timestamp\":\"2024-01-01T09:00:00Z\","
                                + " \"deadline\":\"2024-01-01T09:05:00Z\", \"reason\":\"얼굴이 안 보여요 😀\\u0000\"}}")
                        .getBytes(StandardCharsets.UTF_8);
        try (StompTestClient browser = server.subscribedExaminee(examinee)) {
            server.broadcast(body, 1L);
            assertThat(browser.await().body()).isEqualTo(new String(body, StandardCharsets.UTF_8));
        }
    }

    @Test
    void rejectsOlderRevision() {
        ExamineeKey examinee = newExaminee();
        ExamineeKey another = newExaminee();
        try (StompTestClient browser = server.subscribedExaminee(examinee);
                StompTestClient proctor = server.subscribedProctor("P001")) {
            server.broadcast(completed(examinee, 6));
            server.broadcast(waiting(examinee, 5));
            server.broadcast(completed(examinee, 6));
            server.broadcast(completed(examinee, 7));
            server.broadcast(waiting(another, 1));

            assertThat(browser.await().header("revision")).isEqualTo("6");
            assertThat(browser.await().header("revision")).isEqualTo("7");
            assertThat(browser.pending()).isEmpty();
            assertThat(proctor.await().header("revision")).isEqualTo("6");
            assertThat(proctor.await().header("revision")).isEqualTo("7");
            assertThat(proctor.await().header("revision")).isEqualTo("1");
        }
    }

    @Test
    void skipsBroadcastOfSentRevision() {
        ExamineeKey examinee = newExaminee();
        server.write(completed(examinee, 4));
        try (StompTestClient browser = server.subscribedExaminee(examinee)) {
            assertThat(browser.await().header("revision")).isEqualTo("4");
            server.broadcast(waiting(examinee, 3));
            server.broadcast(completed(examinee, 4));
            server.broadcast(waiting(examinee, 5));
            assertThat(browser.await().header("revision")).isEqualTo("5");
            assertThat(browser.pending()).isEmpty();
        }
    }

    @Test
    void sendsBroadcastWithoutRevision() {
        ExamineeKey examinee = newExaminee();
        MobileSyncFailed failed = new MobileSyncFailed(
                examinee.planId(),
                examinee.examineeId(),
                null,
                Status.FAILED,
                Instant.parse("2024-01-01T09:00:00Z"),
                SyncError.of(ErrorCode.STATE_CHANGE_FAILED, "cannot be written"));
        try (StompTestClient browser = server.subscribedExaminee(examinee)) {
            server.broadcast(waiting(examinee, 8));
            server.broadcast(MessageCodec.encode(failed), null);
            server.broadcast(completed(examinee, 9));
            assertThat(browser.await().header("revision")).isEqualTo("8");
            Frame notice = browser.await();
            assertThat(notice.type()).isEqualTo("mobile_sync_failed");
            assertThat(notice.headers()).doesNotContainKey("revision");
            assertThat(browser.await().header("revision")).isEqualTo("9");
        }
    }

    @Test
    void sendsMissedStateAfterReconnect() {
        ExamineeKey examinee = newExaminee();
        StompTestClient before = server.examinee(examinee);
        before.subscribe(StompTopics.examinee(examinee));
        server.change(waiting(examinee, 1));
        before.await("mobile_sync_waiting");
        double disconnects = server.disconnects(DisconnectReason.GONE);
        before.abort();
        await().until(() -> server.disconnects(DisconnectReason.GONE) > disconnects);

        server.change(completed(examinee, 2));
        try (StompTestClient after = server.subscribedExaminee(examinee)) {
            assertThat(after.await().type()).isEqualTo("mobile_sync_completed");
        }
    }

    @Test
    void dropsInvalidBroadcast() {
        ExamineeKey examinee = newExaminee();
        try (StompTestClient browser = server.subscribedExaminee(examinee)) {
            for (String body :
                    new String[] {"", "nonsense", "{}", "{\"type\":\"mobile_sync_wait\",\"data\":{}}", "[[["}) {
                server.broadcast(body.getBytes(StandardCharsets.UTF_8), 1L);
            }
            server.broadcast(new byte[] {(byte) 0xff, 0}, null);
            server.broadcast(completed(examinee, 1));
            assertThat(browser.await().type()).isEqualTo("mobile_sync_completed");
            assertThat(browser.pending()).isEmpty();
        }
    }

    @Test
    void unreadableRecordDelaysNoOthers() {
        ExamineeKey broken = newExaminee();
        ExamineeKey wrongKind = newExaminee();
        ExamineeKey examinee = newExaminee();
        server.bean(StringRedisTemplate.class)
                .opsForHash()
                .putAll(RedisKeys.record(broken), Map.of("status", "WHATEVER"));
        server.bean(StringRedisTemplate.class).opsForValue().set(RedisKeys.record(wrongKind), "not a hash");
        server.write(completed(examinee, 1));
        try (StompTestClient first = server.examinee(broken);
                StompTestClient second = server.examinee(wrongKind);
                StompTestClient third = server.examinee(examinee)) {
            first.subscribe(StompTopics.examinee(broken));
            second.subscribe(StompTopics.examinee(wrongKind));
            third.subscribe(StompTopics.examinee(examinee));
            assertThat(third.await().type()).isEqualTo("mobile_sync_completed");
            assertThat(first.pending()).isEmpty();
            first.frame(
                    "SUBSCRIBE",
                    Map.of("id", "again", "destination", StompTopics.examinee(broken), "state-receipt", "known"),
                    "");
            assertThat(first.receipt("known").headers()).containsEntry("state", "unreadable");
            assertThat(first.pending()).isEmpty();
            server.broadcast(completed(wrongKind, 1));
            assertThat(second.await().type()).isEqualTo("mobile_sync_completed");
        }
    }

    @Test
    void sendsNothingAfterUnsubscribe() {
        ExamineeKey examinee = newExaminee();
        try (StompTestClient browser = server.examinee(examinee)) {
            String first = browser.subscribe(StompTopics.examinee(examinee));
            String second = browser.subscribe(StompTopics.examinee(examinee));
            browser.unsubscribe(first);
            server.broadcast(completed(examinee, 1));
            assertThat(browser.await().header("subscription")).isEqualTo(second);
            assertThat(browser.pending()).isEmpty();
        }
        await().until(() -> server.subscriptions() == 0);
    }
}
