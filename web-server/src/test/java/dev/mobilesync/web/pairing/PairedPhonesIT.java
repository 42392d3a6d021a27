package dev.mobilesync.web.pairing;

import static dev.mobilesync.testsupport.ApiClient.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.RedisKeys;
import dev.mobilesync.messages.Status;
import dev.mobilesync.service.security.AuthenticatedCaller;
import dev.mobilesync.testsupport.ApiClient;
import dev.mobilesync.testsupport.Jpegs;
import dev.mobilesync.testsupport.ServerContract;
import dev.mobilesync.testsupport.TestTokens;
import dev.mobilesync.web.PublishedMessage;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.Date;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.data.redis.core.StringRedisTemplate;

/** One phone per examinee: a pairing revokes the previous one. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(OutputCaptureExtension.class)
@ServerContract
class PairedPhonesIT extends PairingFixture {

    @Test
    void publishesNoFailureOfReplacedPhone() throws Exception {
        ExamineeKey examinee = newExaminee();
        String first = api.pair(examinee, "M001");
        String second = api.pair(examinee, "M002");

        assertReplaced(api.post(ApiClient.capturesPath(examinee.planId(), examinee.examineeId()), first));
        assertUploads(examinee, "M002", second);
        // Failures are published by one thread, in order: that of the replaced phone would come before this one.
        upload(examinee, "M002", second, new byte[] {1});
        PublishedMessage failed =
                server.nextMessage(status -> status.examinee().equals(examinee) && status.status() == Status.FAILED);
        assertThat(failed.statusMessage().deviceId()).isEqualTo("M002");
    }

    @Test
    void revokesPreviousPhone() throws Exception {
        ExamineeKey examinee = newExaminee();
        String first = api.pair(examinee, "M001");
        assertUploads(examinee, "M001", first);

        String code = api.pairingCode(examinee);
        assertUploads(examinee, "M001", first);

        String second = json(api.redeem(code, "M002")).path("token").asString();
        assertReplaced(upload(examinee, "M001", first, Jpegs.picture(2)));
        assertUploads(examinee, "M002", second);
    }

    @Test
    void revokesPreviousTokenOfSamePhone() throws Exception {
        ExamineeKey examinee = newExaminee();
        String first = api.pair(examinee, "M001");
        String second = api.pair(examinee, "M001");
        assertReplaced(upload(examinee, "M001", first, Jpegs.picture(2)));
        assertUploads(examinee, "M001", second);
    }

    @Test
    void acceptsPlatformTokenUntilAnotherPhoneIsPaired() throws Exception {
        ExamineeKey examinee = newExaminee();
        String platforms = TestTokens.device(PLAN, examinee.examineeId(), "M001");
        assertUploads(examinee, "M001", platforms);
        api.pair(examinee, "M001");
        assertUploads(examinee, "M001", platforms);
        api.pair(examinee, "M002");
        assertReplaced(upload(examinee, "M001", platforms, Jpegs.picture(2)));
    }

    @Test
    void resetEndsPairingUntilNextOne() throws Exception {
        ExamineeKey examinee = newExaminee();
        String first = api.pair(examinee, "M001");
        String code = api.pairingCode(examinee);
        StringRedisTemplate redis = server.bean(StringRedisTemplate.class);
        redis.delete(RedisKeys.newestCodes(examinee));
        redis.opsForValue()
                .set(RedisKeys.pairedDevice(examinee), AuthenticatedCaller.Device.endedPairing(Instant.now()));

        for (String token : new String[] {first, TestTokens.device(PLAN, examinee.examineeId(), "M001")}) {
            HttpResponse<String> response = upload(examinee, "M001", token, Jpegs.picture(2));
            assertProblem(response, 401, "UNAUTHENTICATED");
            assertThat(json(response).path("reason").asString()).isEqualTo("PAIRING_ENDED");
        }
        assertProblem(api.redeem(code, "M001"), 404, "NOT_FOUND");
        String newOfPlatform = TestTokens.mint(Map.of(
                "role",
                "device",
                "plan",
                PLAN,
                "examinee",
                examinee.examineeId(),
                "device",
                "M001",
                "iat",
                new Date()));
        assertUploads(examinee, "M001", newOfPlatform);
        assertUploads(examinee, "M001", api.pair(examinee, "M001"));
    }

    /** The reset takes effect after the code was redeemed and before the phone is stored. */
    @Test
    void resetEndsConcurrentPairing() {
        ExamineeKey examinee = newExaminee();
        PairedDevices devices = server.bean(PairedDevices.class);
        assertThat(devices.set(examinee, "M001", "a", null)).isTrue();
        String ended = AuthenticatedCaller.Device.endedPairing(Instant.now());
        server.bean(StringRedisTemplate.class).opsForValue().set(RedisKeys.pairedDevice(examinee), ended);
        assertThat(devices.set(examinee, "M002", "b", "M001:a")).isFalse();
        assertThat(devices.set(examinee, "M002", "b", ended)).isTrue();
    }

    @Test
    void pairsOnePhoneWithSeveralExaminees() throws Exception {
        ExamineeKey one = newExaminee();
        ExamineeKey another = newExaminee();
        String first = api.pair(one, "M001");
        String second = api.pair(another, "M001");
        assertUploads(one, "M001", first);
        assertUploads(another, "M001", second);
    }

    private void assertUploads(ExamineeKey examinee, String device, String token) throws Exception {
        HttpResponse<String> response = upload(examinee, device, token, Jpegs.picture(1));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
    }

    private static void assertReplaced(HttpResponse<String> response) {
        assertProblem(response, 401, "UNAUTHENTICATED");
        assertThat(json(response).path("reason").asString()).isEqualTo("DEVICE_REPLACED");
        assertThat(json(response).path("detail").asString()).isEqualTo("another phone was paired");
        assertThat(response.headers().firstValue("WWW-Authenticate")).contains("Bearer error=\"invalid_token\"");
    }
}
