package dev.mobilesync.endtoend;

import static dev.mobilesync.endtoend.MobileSyncSystem.enterStep;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.testsupport.ApiClient;
import dev.mobilesync.testsupport.Jpegs;
import dev.mobilesync.testsupport.MultipartBody;
import dev.mobilesync.testsupport.ServerContract;
import dev.mobilesync.testsupport.StompTestClient;
import java.net.http.HttpResponse;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Pairing from the request of a code to the first picture of the phone. */
@ServerContract
class PairingFlowIT {

    private static final ExamineeKey EXAMINEE = new ExamineeKey("pairing-1", "pairing-E001");

    @Test
    void announcesPairingAndRevokesPreviousPhone() {
        MobileSyncSystem system = MobileSyncSystem.shared();
        ApiClient api = system.api();
        try (StompTestClient browser = system.examinee(EXAMINEE);
                StompTestClient proctor = system.proctor(EXAMINEE.planId())) {
            enterStep(browser, EXAMINEE);
            browser.await("mobile_sync_waiting");

            String first = api.pair(EXAMINEE, "M001");
            for (StompTestClient each : new StompTestClient[] {browser, proctor}) {
                JsonNode paired = each.await("mobile_sync_paired").data();
                assertThat(paired.path("status").asString()).isEqualTo("PAIRED");
                assertThat(paired.path("deviceId").asString()).isEqualTo("M001");
                assertThat(Instant.parse(paired.path("deadline").asString())).isAfter(Instant.now());
            }
            assertThat(upload(api, first, "M001", 1).statusCode()).isEqualTo(201);
            browser.await("mobile_sync_completed");
            proctor.await("mobile_sync_completed");

            String second = api.pair(EXAMINEE, "M002");
            HttpResponse<String> rejected = upload(api, first, "M001", 2);
            assertThat(rejected.statusCode()).isEqualTo(401);
            assertThat(ApiClient.json(rejected).path("reason").asString()).isEqualTo("DEVICE_REPLACED");
            assertThat(upload(api, second, "M002", 3).statusCode()).isEqualTo(201);
            JsonNode completed = browser.await("mobile_sync_completed").data();
            assertThat(completed.path("deviceId").asString()).isEqualTo("M002");
        }
    }

    private static HttpResponse<String> upload(ApiClient api, String token, String device, int picture) {
        return api.uploadBody(EXAMINEE, token, MultipartBody.upload(device, Jpegs.picture(picture)));
    }
}
