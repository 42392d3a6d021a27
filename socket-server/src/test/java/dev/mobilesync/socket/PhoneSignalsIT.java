package dev.mobilesync.socket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.RedisKeys;
import dev.mobilesync.messages.Status;
import dev.mobilesync.messages.StompTopics;
import dev.mobilesync.messages.SyncRecord;
import dev.mobilesync.service.security.AuthenticatedCaller;
import dev.mobilesync.testsupport.ServerContract;
import dev.mobilesync.testsupport.StompTestClient;
import dev.mobilesync.testsupport.TestTokens;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.StringRedisTemplate;

/** The phone's connection, and the signals between an examinee's browser and phone. */
@ServerContract
class PhoneSignalsIT {

    private final SocketServerFixture server = SharedSocketServers.withDefaults();
    private final ExamineeKey examinee = SocketServerFixture.newExaminee();
    private final String sendPrefix = "/app/plans/P001/examinees/" + examinee.examineeId() + "/mobile-sync/";

    @Test
    void shutterReachesPhoneButNoProctor() {
        String broadcasts = server.bindBroadcasts();
        try (StompTestClient browser = server.subscribedExaminee(examinee);
                StompTestClient phone = subscribedPhone("M001");
                StompTestClient proctor = server.subscribedProctor("P001")) {
            browser.awaitReceipt(browser.send(sendPrefix + "shutter", "{\"delaySeconds\":3,\"planId\":\"P9\"}"));

            StompTestClient.Frame shutter = phone.await("mobile_sync_shutter");
            assertThat(shutter.data().path("delaySeconds").asInt()).isEqualTo(3);
            assertThat(shutter.data().path("planId").asString()).isEqualTo("P001");
            assertThat(shutter.data().path("examineeId").asString()).isEqualTo(examinee.examineeId());
            assertThat(Instant.parse(shutter.data().path("timestamp").asString()))
                    .isBefore(Instant.now().plusSeconds(5));
            assertThat(shutter.headers()).doesNotContainKey("revision");
            browser.await("mobile_sync_shutter");
            assertBroadcast("mobile_sync_shutter", broadcasts);
            server.broadcast(SocketServerFixture.waiting(examinee, 1));
            assertThat(proctor.await().type()).isEqualTo("mobile_sync_waiting");
        }
    }

    @Test
    void previewReachesBrowserWithDeviceOfToken() {
        String broadcasts = server.bindBroadcasts();
        try (StompTestClient browser = server.subscribedExaminee(examinee);
                StompTestClient phone = subscribedPhone("M001");
                StompTestClient proctor = server.subscribedProctor("P001")) {
            phone.awaitReceipt(phone.send(sendPrefix + "preview", "{\"ready\":true,\"deviceId\":\"M9\"}"));

            StompTestClient.Frame preview = browser.await("mobile_sync_preview");
            assertThat(preview.data().path("ready").asBoolean()).isTrue();
            assertThat(preview.data().path("deviceId").asString()).isEqualTo("M001");
            assertBroadcast("mobile_sync_preview", broadcasts);
            server.broadcast(SocketServerFixture.waiting(examinee, 1));
            assertThat(proctor.await().type()).isEqualTo("mobile_sync_waiting");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{\"delaySeconds\":-1}",
                "{\"delaySeconds\":11}",
                "{\"delaySeconds\":\"3\"}",
                "{\"delaySeconds\":1.5}"
            })
    void rejectsInvalidShutter(String body) {
        try (StompTestClient browser = server.examinee(examinee)) {
            browser.send(sendPrefix + "shutter", body);
            assertThat(browser.awaitError().json().path("code").asString()).isEqualTo("INVALID_REQUEST");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "{\"ready\":\"yes\"}", "{\"ready\":{}}"})
    void rejectsInvalidPreview(String body) {
        try (StompTestClient phone = phone("M001")) {
            phone.send(sendPrefix + "preview", body);
            assertThat(phone.awaitError().json().path("code").asString()).isEqualTo("INVALID_REQUEST");
        }
    }

    @Test
    void limitsSignals() {
        try (StompTestClient phone = phone("M001")) {
            // More than the limit of two periods, of which the second may begin meanwhile.
            for (int i = 0; i < 30; i++) {
                phone.frame("SEND", Map.of("destination", sendPrefix + "preview"), "{\"ready\":" + (i % 2 == 0) + "}");
            }
            assertThat(phone.awaitClose().reason()).startsWith("TOO_MANY_REQUESTS");
        }
    }

    @Test
    void phoneReceivesStateAndChanges() {
        server.write(SocketServerFixture.waiting(examinee, 1));
        try (StompTestClient phone = subscribedPhone("M001")) {
            assertThat(phone.await("mobile_sync_waiting").header("revision")).isEqualTo("1");
            server.change(SocketServerFixture.completed(examinee, 2));
            assertThat(phone.await("mobile_sync_completed").header("revision")).isEqualTo("2");
        }
    }

    @Test
    void rejectsReplacedPhone() {
        bind("M002:another-token");
        try (StompTestClient phone = server.open()) {
            phone.login(TestTokens.device(examinee.planId(), examinee.examineeId(), "M001"), Map.of());
            assertThat(phone.awaitError().json().path("code").asString()).isEqualTo("UNAUTHENTICATED");
            assertThat(phone.awaitClose().reason()).startsWith("DEVICE_REPLACED");
        }
        phone("M002").close();
    }

    /** The phone of the unreadable key cannot be checked. That says nothing about others. */
    @Test
    void admitsOthersDespitePairingOfWrongType() {
        server.bean(StringRedisTemplate.class).opsForHash().put(RedisKeys.pairedDevice(examinee), "not", "a string");
        try (StompTestClient phone = server.open()) {
            phone.login(TestTokens.device(examinee.planId(), examinee.examineeId(), "M001"), Map.of());
            assertThat(phone.awaitClose().reason()).startsWith("TOKEN_UNCHECKED");
        }
        ExamineeKey other = SocketServerFixture.newExaminee();
        try (StompTestClient phone = server.open()) {
            phone.login(TestTokens.device(other.planId(), other.examineeId(), "M001"), Map.of());
            phone.connected();
        }
    }

    /** A stopped connection factory throws an exception that no outage of Redis causes. */
    @Test
    void reportsUnexpectedFailureAsDefect() {
        LettuceConnectionFactory connections = server.bean(LettuceConnectionFactory.class);
        connections.stop();
        try (StompTestClient phone = server.open()) {
            phone.login(TestTokens.device(examinee.planId(), examinee.examineeId(), "M001"), Map.of());
            assertThat(phone.awaitClose().reason()).startsWith("SERVER_ERROR");
        } finally {
            connections.start();
        }
    }

    @Test
    void disconnectsPhoneWhenAnotherIsPaired() {
        try (StompTestClient replaced = subscribedPhone("M001")) {
            bind("M002:another-token");
            server.broadcast(SyncRecord.builder(examinee)
                    .status(Status.PAIRED, "paired", Instant.parse("2024-01-01T09:00:00Z"))
                    .device("M002")
                    .deadline(Instant.parse("2024-01-01T09:05:00Z"))
                    .revision(3)
                    .build());
            assertThat(replaced.awaitClose().reason()).startsWith("DEVICE_REPLACED");
        }
    }

    /** A pairing after a completed step changes no state. */
    @Test
    void disconnectsReplacedPhoneWithoutBroadcast() {
        try (StompTestClient replaced = subscribedPhone("M001");
                StompTestClient current = server.open()) {
            bind("M002:another-token");
            current.login(TestTokens.device(examinee.planId(), examinee.examineeId(), "M002"), Map.of());
            current.connected();
            assertThat(replaced.awaitClose().reason()).startsWith("DEVICE_REPLACED");
            current.subscribe(StompTopics.examinee(examinee));
        }
    }

    /** Both are disconnected by the same check, as a pairing after a completed step is. */
    @Test
    void malformedPairingAffectsOnlyItsPhone() {
        ExamineeKey other = SocketServerFixture.newExaminee();
        try (StompTestClient phone = subscribedPhone("M001");
                StompTestClient replaced =
                        server.connect(TestTokens.device(other.planId(), other.examineeId(), "M001"))) {
            bind("malformed");
            server.bean(StringRedisTemplate.class)
                    .opsForValue()
                    .set(RedisKeys.pairedDevice(other), "M002:another-token");
            assertThat(phone.awaitClose().reason()).startsWith("DEVICE_REPLACED");
            assertThat(replaced.awaitClose().reason()).startsWith("DEVICE_REPLACED");
        }
    }

    @Test
    void disconnectsPhoneAfterReset() {
        try (StompTestClient phone = subscribedPhone("M001")) {
            bind(AuthenticatedCaller.Device.endedPairing(Instant.now()));
            server.broadcast(SyncRecord.builder(examinee)
                    .status(Status.WAITING, "reset", Instant.parse("2024-01-01T09:00:00Z"))
                    .reset(Instant.parse("2024-01-01T09:00:00Z"))
                    .deadline(Instant.parse("2024-01-01T09:05:00Z"))
                    .revision(3)
                    .build());
            assertThat(phone.await("mobile_sync_waiting")
                            .data()
                            .path("notEntered")
                            .asBoolean())
                    .isTrue();
            assertThat(phone.awaitClose().reason()).startsWith("PAIRING_ENDED");
        }
        try (StompTestClient phone = server.open()) {
            phone.login(TestTokens.device(examinee.planId(), examinee.examineeId(), "M001"), Map.of());
            assertThat(phone.awaitError().json().path("code").asString()).isEqualTo("UNAUTHENTICATED");
            assertThat(phone.awaitClose().reason()).startsWith("PAIRING_ENDED");
        }
    }

    private void assertBroadcast(String type, String queue) {
        assertThat(server.receiveBroadcast(queue).getMessageProperties().getType())
                .isEqualTo(type);
    }

    private void bind(String device) {
        server.bean(StringRedisTemplate.class).opsForValue().set(RedisKeys.pairedDevice(examinee), device);
    }

    private StompTestClient phone(String device) {
        return server.connect(TestTokens.device(examinee.planId(), examinee.examineeId(), device));
    }

    private StompTestClient subscribedPhone(String device) {
        StompTestClient phone = phone(device);
        phone.subscribe(StompTopics.examinee(examinee));
        return phone;
    }
}
