package dev.mobilesync.endtoend;

import static dev.mobilesync.endtoend.MobileSyncSystem.enterStep;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.StompTopics;
import dev.mobilesync.testsupport.ApiClient;
import dev.mobilesync.testsupport.Jpegs;
import dev.mobilesync.testsupport.MultipartBody;
import dev.mobilesync.testsupport.ServerContract;
import dev.mobilesync.testsupport.StompTestClient;
import dev.mobilesync.testsupport.TestTokens;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.springframework.data.redis.core.StringRedisTemplate;
import tools.jackson.databind.JsonNode;

/** Orders of the platform's server change the record once, also if web-server crashes before its response. */
@ServerContract
class PlatformOrdersIT {

    private static final ExamineeKey EXAMINEE = new ExamineeKey("orders-1", "orders-E001");
    private static final String SERVICE = TestTokens.service("platform", "orders-1");

    private static final Instant NOW = Instant.now().truncatedTo(ChronoUnit.SECONDS);

    private final MobileSyncSystem system = MobileSyncSystem.shared();

    @Test
    void changesRecordOnce() {
        try (StompTestClient browser = system.examinee(EXAMINEE)) {
            enterStep(browser, EXAMINEE);
            browser.await("mobile_sync_waiting");
            JsonNode first = ApiClient.json(give("first", extend(900)), 202);
            browser.await("mobile_sync_waiting");
            JsonNode record = record();
            assertThat(record.at("/lastOrder/by").asString()).isEqualTo("platform");
            assertThat(record.at("/lastOrder/timestamp")).isEqualTo(first.path("timestamp"));
            assertThat(record.path("messageId")).isEqualTo(first.path("messageId"));

            String second = extend(300);
            ApiClient.json(give("second", second), 202);
            browser.await("mobile_sync_waiting");
            forgetConfirms();
            assertThat(ApiClient.json(give("first", extend(900)), 202)).isEqualTo(first);
            forgetConfirms();
            ApiClient.json(give("second", second), 202);
            ApiClient.json(give("third", "{\"order\":\"ACCEPT\",\"reason\":\"seen\"}"), 202);
            browser.await("mobile_sync_completed");

            JsonNode history = ApiClient.json(system.api().get(path() + "/history", SERVICE), 200);
            assertThat(history.path("items").valueStream().map(entry -> entry.path("order")
                            .asString()))
                    .containsExactly("ACCEPT", "EXTEND", "EXTEND", "");
        }
    }

    /** The wrong person's phone was paired, and has sent a picture. */
    @Test
    void resetStartsStepAgain() {
        ExamineeKey examinee = new ExamineeKey("orders-1", "orders-E002");
        ApiClient api = system.api();
        try (StompTestClient browser = system.examinee(examinee);
                StompTestClient proctor = system.proctor(examinee.planId())) {
            enterStep(browser, examinee);
            String wrongToken = api.pair(examinee, "M001");
            StompTestClient wrongPhone = StompTestClient.connect(system.socket(), wrongToken);
            wrongPhone.subscribe(StompTopics.examinee(examinee));
            byte[] picture = Jpegs.picture(1);
            assertThat(upload(examinee, wrongToken, "M001", picture).statusCode())
                    .isEqualTo(201);
            JsonNode before = awaitStatus(examinee, "COMPLETED");
            String openCode = api.pairingCode(examinee);
            browser.await("mobile_sync_completed");
            String cursor = changes("").path("next").asString();

            String body = "{\"order\":\"RESET\",\"reason\":\"wrong phone\"}";
            JsonNode given = ApiClient.json(api.giveOrder(examinee, SERVICE, "reset-1", body), 202);
            for (StompTestClient each : new StompTestClient[] {browser, proctor}) {
                JsonNode waiting = awaitReset(each);
                assertThat(waiting.has("deviceId")).isFalse();
                assertThat(Instant.parse(waiting.path("deadline").asString())).isAfter(Instant.now());
            }

            JsonNode record = ApiClient.json(api.get(path(examinee), SERVICE), 200);
            assertThat(record.propertyNames())
                    .containsExactlyInAnyOrder(
                            "planId",
                            "examineeId",
                            "status",
                            "timestamp",
                            "deadline",
                            "messageId",
                            "retakeAt",
                            "resetAt",
                            "notEntered",
                            "lastOrder",
                            "revision");
            assertThat(record.at("/lastOrder/timestamp")).isEqualTo(given.path("timestamp"));
            assertThat(record.path("revision").asLong())
                    .isGreaterThan(before.path("revision").asLong());
            assertThat(changes(cursor).at("/items/0/revision")).isEqualTo(record.path("revision"));

            assertThat(wrongPhone.awaitClose().reason()).startsWith("PAIRING_ENDED");
            wrongPhone.close();
            HttpResponse<String> rejected = upload(examinee, wrongToken, "M001", Jpegs.picture(2));
            assertThat(rejected.statusCode()).isEqualTo(401);
            assertThat(ApiClient.json(rejected).path("reason").asString()).isEqualTo("PAIRING_ENDED");
            assertThat(api.redeem(openCode, "M001").statusCode()).isEqualTo(404);
            assertThat(api.getBytes(before.path("imageUrl").asString(), TestTokens.proctor("kim", "orders-1"))
                            .statusCode())
                    .isEqualTo(404);

            enterStep(browser, examinee);
            assertThat(browser.await("mobile_sync_waiting").data().has("notEntered"))
                    .isFalse();
            forgetConfirms();
            assertThat(ApiClient.json(api.giveOrder(examinee, SERVICE, "reset-1", body), 202))
                    .isEqualTo(given);
            String token = api.pair(examinee, "M001");
            assertThat(browser.await("mobile_sync_paired")
                            .data()
                            .path("deviceId")
                            .asString())
                    .isEqualTo("M001");
            assertThat(upload(examinee, token, "M001", picture).statusCode()).isEqualTo(201);
            browser.await("mobile_sync_completed");

            JsonNode history = ApiClient.json(api.get(path(examinee) + "/history", SERVICE), 200);
            JsonNode reset = history.path("items")
                    .valueStream()
                    .filter(entry -> entry.path("order").asString().equals("RESET"))
                    .findFirst()
                    .orElseThrow();
            assertThat(reset.path("by").asString()).isEqualTo("platform");
            assertThat(reset.path("actor").asString()).isEqualTo("SERVICE");
            assertThat(reset.path("reason").asString()).isEqualTo("wrong phone");
        }
    }

    private JsonNode awaitReset(StompTestClient client) {
        for (JsonNode waiting = client.await("mobile_sync_waiting").data();
                ;
                waiting = client.await("mobile_sync_waiting").data()) {
            if (waiting.path("notEntered").asBoolean(false)) {
                return waiting;
            }
        }
    }

    private JsonNode awaitStatus(ExamineeKey examinee, String status) {
        return await().until(
                        () -> ApiClient.json(system.api().get(path(examinee), SERVICE)),
                        record -> record.path("status").asString("").equals(status));
    }

    private JsonNode changes(String cursor) {
        return ApiClient.json(
                system.api().get(ApiClient.recordsPath("orders-1") + "?updatedSince=" + cursor, SERVICE), 200);
    }

    private HttpResponse<String> upload(ExamineeKey examinee, String token, String device, byte[] picture) {
        return system.api()
                .uploadBody(examinee, token, MultipartBody.upload(device, picture), "Idempotency-Key", "a-picture");
    }

    private HttpResponse<String> give(String key, String body) {
        return system.api().giveOrder(EXAMINEE, SERVICE, key, body);
    }

    private JsonNode record() {
        return ApiClient.json(system.api().get(path(), SERVICE), 200);
    }

    private static String path() {
        return path(EXAMINEE);
    }

    private static String path(ExamineeKey examinee) {
        return ApiClient.recordPath(examinee.planId(), examinee.examineeId());
    }

    private static String extend(int seconds) {
        return "{\"order\":\"EXTEND\",\"reason\":\"slow\",\"deadline\":\"" + NOW.plusSeconds(seconds) + "\"}";
    }

    /** Leaves what a crash of web-server after the publication leaves. */
    private void forgetConfirms() {
        StringRedisTemplate redis = system.bean(StringRedisTemplate.class);
        Set<String> keys = redis.keys("mobile_sync:order:*");
        keys.forEach(key -> redis.opsForValue()
                .set(key, String.valueOf(redis.opsForValue().get(key)).replace("confirmed", "reserved")));
    }
}
