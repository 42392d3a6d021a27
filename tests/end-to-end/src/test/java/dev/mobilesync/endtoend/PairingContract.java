package dev.mobilesync.endtoend;

import static dev.mobilesync.endtoend.MobileSyncSystem.enterStep;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.MessageCodec;
import dev.mobilesync.testsupport.Jpegs;
import dev.mobilesync.testsupport.StompTestClient;
import dev.mobilesync.testsupport.TestServers;
import dev.mobilesync.testsupport.TestTokens;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** From an examinee's page that asks for a code to the picture of the phone that was paired with it. */
abstract class PairingContract {

    private static final ExamineeKey EXAMINEE = new ExamineeKey("P001", "E001");
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    abstract TestServers servers();

    @Test
    void aPairedPhoneIsSeenBeforeItsFirstPictureAndAnotherEndsItsRight() throws Exception {
        try (MobileSyncSystem system = MobileSyncSystem.start(servers(), Map.of());
                StompTestClient browser = system.examinee(EXAMINEE);
                StompTestClient proctor = system.proctor(EXAMINEE.planId())) {
            enterStep(browser, EXAMINEE);
            browser.await("mobile_sync_waiting");

            Phone first = pair(system, "M001");
            for (StompTestClient each : new StompTestClient[] {browser, proctor}) {
                JsonNode paired = each.await("mobile_sync_paired").data();
                assertThat(paired.path("status").asString()).isEqualTo("PAIRED");
                assertThat(paired.path("deviceId").asString()).isEqualTo("M001");
                assertThat(Instant.parse(paired.path("deadline").asString())).isAfter(Instant.now());
            }
            assertThat(first.upload(Jpegs.picture(1)).status()).isEqualTo(201);
            browser.await("mobile_sync_completed");
            proctor.await("mobile_sync_completed");

            Phone second = pair(system, "M002");
            Phone.Answer refused = first.upload(Jpegs.picture(2));
            assertThat(refused.status()).isEqualTo(401);
            assertThat(refused.json().path("reason").asString()).isEqualTo("DEVICE_REPLACED");
            assertThat(second.upload(Jpegs.picture(3)).status()).isEqualTo(201);
            JsonNode completed = browser.await("mobile_sync_completed").data();
            assertThat(completed.path("deviceId").asString()).isEqualTo("M002");
        }
    }

    private static Phone pair(MobileSyncSystem system, String device) throws IOException, InterruptedException {
        String pairings = "/api/v1/plans/" + EXAMINEE.planId() + "/examinees/" + EXAMINEE.examineeId() + "/pairings";
        JsonNode offer = post(
                HttpRequest.newBuilder(system.web().resolve(pairings))
                        .header(
                                "Authorization",
                                "Bearer " + TestTokens.examinee(EXAMINEE.planId(), EXAMINEE.examineeId()))
                        .POST(BodyPublishers.noBody()),
                201);
        String body = MessageCodec.mapper()
                .writeValueAsString(Map.of("code", offer.path("code").asString(), "deviceId", device));
        JsonNode paired = post(
                HttpRequest.newBuilder(system.web().resolve("/api/v1/pairings/redeem"))
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(body)),
                200);
        return new Phone(system.web(), EXAMINEE, device, paired.path("token").asString());
    }

    private static JsonNode post(HttpRequest.Builder request, int status) throws IOException, InterruptedException {
        HttpResponse<String> answer = HTTP.send(request.build(), BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        return MessageCodec.mapper().readTree(answer.body());
    }
}
