package dev.mobilesync.endtoend;

import static dev.mobilesync.endtoend.MobileSyncSystem.enterStep;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mobilesync.endtoend.MobileSyncSystem.Service;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.testsupport.ApiClient;
import dev.mobilesync.testsupport.Digests;
import dev.mobilesync.testsupport.GoldenFiles;
import dev.mobilesync.testsupport.Jpegs;
import dev.mobilesync.testsupport.NetworkProxy;
import dev.mobilesync.testsupport.ServerContract;
import dev.mobilesync.testsupport.StompTestClient;
import dev.mobilesync.testsupport.StompTestClient.Frame;
import dev.mobilesync.testsupport.TestTokens;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The whole scenario from the view of the phone, the examinee's browser and the proctor's browser. */
@ServerContract
class ScenarioIT {

    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(5);
    private static final Duration RECOVERY_LIMIT = Duration.ofSeconds(30);
    private static final String PHONE = "M001";

    private static MobileSyncSystem system;
    private static int examinees;

    private final ExamineeKey examinee = newExaminee();

    @BeforeAll
    static void start() {
        system = MobileSyncSystem.shared();
    }

    private static ExamineeKey newExaminee() {
        return new ExamineeKey("plan-" + ++examinees, "E001");
    }

    // Main flow

    @Test
    void producesDocumentedOutputs() {
        ExamineeKey printed = new ExamineeKey("P001", "E001");
        byte[] picture = Jpegs.picture(1);
        try (StompTestClient browser = system.examinee(printed);
                StompTestClient proctor = system.proctor("P001")) {
            HttpResponse<String> answer =
                    system.api().upload(printed, PHONE, picture, "Content-Digest", Digests.contentDigest(picture));

            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
            assertThat(answer.headers().firstValue("Location")).contains("/captures/E001/sync_cap.jpg");
            JsonNode status = ApiClient.json(answer);
            Instant timestamp = timestamp(answer);
            assertThat(status.toPrettyString())
                    .isEqualTo(GoldenFiles.message("mobile_sync_status.json", timestamp)
                            .toPrettyString());

            JsonNode completed = GoldenFiles.message("mobile_sync_completed.json", timestamp);
            assertThat(browser.await("mobile_sync_completed").json()).isEqualTo(completed);
            assertThat(proctor.await("mobile_sync_completed").json()).isEqualTo(completed);

            HttpResponse<byte[]> image =
                    system.api().getBytes("/captures/E001/sync_cap.jpg", TestTokens.proctor("proctor-1", "P001"));
            assertThat(image.statusCode()).isEqualTo(200);
            assertThat(image.body()).isEqualTo(picture);
        }
    }

    @Test
    void keepsDeadlineWhenStepIsReentered() {
        try (StompTestClient browser = system.examinee(examinee);
                StompTestClient proctor = system.proctor(examinee.planId())) {
            enterStep(browser, examinee);
            Frame waiting = browser.await("mobile_sync_waiting");
            Instant deadline = Instant.parse(waiting.data().path("deadline").asString());
            assertThat(deadline).isAfter(Instant.now().plusSeconds(4 * 60));
            assertThat(proctor.await("mobile_sync_waiting").json()).isEqualTo(waiting.json());

            enterStep(browser, examinee);
            assertThat(browser.await("mobile_sync_waiting")
                            .data()
                            .path("deadline")
                            .asString())
                    .isEqualTo(deadline.toString());
        }
    }

    @Test
    void sendsStateFirstToLateSubscribers() {
        try (StompTestClient browser = system.examinee(examinee)) {
            enterStep(browser, examinee);
            browser.await("mobile_sync_waiting");
        }
        try (StompTestClient reloaded = system.examinee(examinee)) {
            reloaded.await("mobile_sync_waiting");
            reloaded.abort();
        }
        assertThat(upload(Jpegs.picture(2)).statusCode()).isEqualTo(201);
        await().atMost(ANSWER_LIMIT).untilAsserted(() -> assertRecord("COMPLETED"));
        try (StompTestClient back = system.examinee(examinee)) {
            assertThat(back.await().type()).isEqualTo("mobile_sync_completed");
        }
    }

    @Test
    void storesRepeatedPictureOnce() {
        try (StompTestClient browser = system.examinee(examinee)) {
            HttpResponse<String> first = upload(Jpegs.picture(3));
            browser.await("mobile_sync_completed");
            HttpResponse<String> again = upload(Jpegs.picture(3));
            assertThat(again.statusCode()).isEqualTo(201);
            assertThat(again.body()).isEqualTo(first.body());

            // The next broadcast belongs to the newer capture, so the repeated upload caused none.
            HttpResponse<String> newer = upload(Jpegs.picture(4));
            assertThat(newer.statusCode()).isEqualTo(201);
            assertThat(browser.await("mobile_sync_completed").data().path("timestamp"))
                    .isEqualTo(ApiClient.json(newer).at("/data/timestamp"));
        }
    }

    // The errors of 18.5-2, as the phone, the examinee and the proctor see them. TimeoutIT tests the timeout.

    @Test
    void recoversFromCorruptedTransfer() {
        byte[] picture = Jpegs.picture(5);
        byte[] corrupted = picture.clone();
        corrupted[picture.length / 2] ^= 0x10;
        try (StompTestClient browser = system.examinee(examinee);
                StompTestClient proctor = system.proctor(examinee.planId())) {
            assertRefused(
                    400, "CAPTURE_TRANSFER_FAILED", true, corrupted, "Content-Digest", Digests.contentDigest(picture));
            assertFailed(browser, "CAPTURE_TRANSFER_FAILED");
            assertFailed(proctor, "CAPTURE_TRANSFER_FAILED");
            assertCompletes(picture, browser, proctor);
        }
    }

    @Test
    void rejectsInvalidPicture() {
        assertRefusedForAllClients(415, "CAPTURE_NOT_AN_IMAGE", "not a picture".getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void rejectsOversizedPicture() {
        assertRefusedForAllClients(413, "CAPTURE_TOO_LARGE", Arrays.copyOf(Jpegs.picture(6), 6_000_000));
    }

    private void assertRefusedForAllClients(int status, String code, byte[] picture) {
        try (StompTestClient browser = system.examinee(examinee);
                StompTestClient proctor = system.proctor(examinee.planId())) {
            assertRefused(status, code, false, picture);
            assertFailed(browser, code);
            assertFailed(proctor, code);
        }
    }

    // Server outages

    @Test
    void recoversFromStoreOutage() {
        try (StompTestClient browser = system.examinee(examinee);
                StompTestClient proctor = system.proctor(examinee.planId())) {
            whileUnavailable(system.servers().store(), () -> {
                assertRefused(503, "CAPTURE_STORE_FAILED", true, Jpegs.picture(7));
                assertFailed(browser, "CAPTURE_STORE_FAILED");
                assertFailed(proctor, "CAPTURE_STORE_FAILED");
                system.awaitReadiness(503, Service.WEB_SERVER);
                system.awaitReadiness(200, Service.STATE_MANAGER, Service.SOCKET_SERVER);
            });
            assertCompletes(Jpegs.picture(7), browser, proctor);
            system.awaitReadiness(200, Service.values());
        }
    }

    @Test
    void recoversFromRedisOutage() {
        try (StompTestClient browser = system.examinee(examinee);
                StompTestClient proctor = system.proctor(examinee.planId())) {
            enterStep(browser, examinee);
            browser.await("mobile_sync_waiting");
            whileUnavailable(system.servers().redis(), () -> {
                assertThat(upload(Jpegs.picture(9)).statusCode()).isEqualTo(201);
                assertFailed(browser, "STATE_CHANGE_FAILED");
                assertFailed(proctor, "STATE_CHANGE_FAILED");
                system.awaitReadiness(503, Service.values());
            });
            browser.await("mobile_sync_completed");
            proctor.await("mobile_sync_completed");
            assertRecord("COMPLETED");
            system.awaitReadiness(200, Service.values());
        }
    }

    @Test
    void recoversFromBrokerOutage() {
        try (StompTestClient browser = system.examinee(examinee);
                StompTestClient proctor = system.proctor(examinee.planId())) {
            whileUnavailable(system.servers().broker(), () -> {
                assertRefused(503, "STATUS_PUBLISH_FAILED", true, Jpegs.picture(10));
            });
            assertFailed(browser, "STATUS_PUBLISH_FAILED");
            assertFailed(proctor, "STATUS_PUBLISH_FAILED");
            assertCompletes(Jpegs.picture(10), browser, proctor);
        }
    }

    @Test
    void readinessFollowsBroker() {
        system.awaitReadiness(200, Service.values());
        whileUnavailable(system.servers().broker(), () -> {
            system.awaitReadiness(503, Service.values());
            system.awaitDown(Service.STATE_MANAGER, "statusListener");
            system.awaitDown(Service.SOCKET_SERVER, "broadcasts");
        });
        system.awaitReadiness(200, Service.values());
    }

    @Test
    void readinessFollowsQueueConsumers() {
        system.awaitReadiness(200, Service.STATE_MANAGER);
        system.holdMessages();
        try {
            system.awaitReadiness(503, Service.STATE_MANAGER);
        } finally {
            system.passMessages();
        }
        system.awaitReadiness(200, Service.STATE_MANAGER);
    }

    private static void whileUnavailable(NetworkProxy server, Runnable test) {
        server.cut();
        try {
            test.run();
        } finally {
            server.restore();
        }
    }

    private HttpResponse<String> upload(byte[] picture, String... headers) {
        return system.api().upload(examinee, PHONE, picture, headers);
    }

    private static Instant timestamp(HttpResponse<String> answer) {
        return Instant.parse(ApiClient.json(answer).at("/data/timestamp").asString());
    }

    private void assertRecord(String status) {
        assertThat(system.api().record(examinee).path("status").asString()).isEqualTo(status);
    }

    private void assertRefused(int status, String code, boolean retryable, byte[] picture, String... headers) {
        long started = System.nanoTime();
        HttpResponse<String> answer = upload(picture, headers);
        Duration took = Duration.ofNanos(System.nanoTime() - started);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("application/problem+json"));
        assertThat(ApiClient.code(answer)).isEqualTo(code);
        assertThat(ApiClient.json(answer).path("retryable").asBoolean()).isEqualTo(retryable);
        assertThat(took).isLessThan(ANSWER_LIMIT);
        if (status == 503) {
            assertThat(answer.headers().firstValue("Retry-After")).isPresent();
        }
    }

    private static void assertFailed(StompTestClient browser, String code) {
        JsonNode failed = browser.await("mobile_sync_failed").data();
        assertThat(failed.path("status").asString()).isEqualTo("FAILED");
        assertThat(failed.at("/error/code").asString()).isEqualTo(code);
        assertThat(failed.at("/error/message").asString()).isNotBlank();
    }

    private void assertCompletes(byte[] picture, StompTestClient browser, StompTestClient proctor) {
        await().atMost(RECOVERY_LIMIT)
                .untilAsserted(() -> assertThat(upload(picture).statusCode()).isEqualTo(201));
        browser.await("mobile_sync_completed");
        proctor.await("mobile_sync_completed");
    }
}
