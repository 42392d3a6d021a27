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

/** The path of a capture from the view of the phone, the examinee's browser and the proctor's browser. */
@ServerContract
class CaptureFlowIT {

    /** Less than {@code upload-response-timeout} of {@link TestProperties}: the phone does not wait for a server that is not there. */
    private static final Duration RESPONSE_LIMIT = Duration.ofSeconds(20);

    private static final Duration RECOVERY_LIMIT = Duration.ofMinutes(1);
    private static final String DEVICE = "M001";

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
        ExamineeKey documented = new ExamineeKey("P001", "E001");
        byte[] picture = Jpegs.picture(1);
        try (StompTestClient browser = system.examinee(documented);
                StompTestClient proctor = system.proctor("P001")) {
            HttpResponse<String> response =
                    system.api().upload(documented, DEVICE, picture, "Content-Digest", Digests.contentDigest(picture));

            assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
            assertThat(response.headers().firstValue("Location")).contains("/captures/E001/sync_cap.jpg");
            JsonNode status = ApiClient.json(response);
            Instant timestamp = timestamp(response);
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
        await().untilAsserted(() -> assertRecord("COMPLETED"));
        try (StompTestClient reconnected = system.examinee(examinee)) {
            assertThat(reconnected.await().type()).isEqualTo("mobile_sync_completed");
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

    // Failed captures, from the view of the phone, the examinee and the proctor. TimeoutIT tests the deadline.

    @Test
    void recoversFromCorruptedTransfer() {
        byte[] picture = Jpegs.picture(5);
        byte[] corrupted = picture.clone();
        corrupted[picture.length / 2] ^= 0x10;
        try (StompTestClient browser = system.examinee(examinee);
                StompTestClient proctor = system.proctor(examinee.planId())) {
            assertRejected(
                    400, "CAPTURE_TRANSFER_FAILED", true, corrupted, "Content-Digest", Digests.contentDigest(picture));
            assertFailed(browser, "CAPTURE_TRANSFER_FAILED");
            assertFailed(proctor, "CAPTURE_TRANSFER_FAILED");
            assertCompletes(picture, browser, proctor);
        }
    }

    @Test
    void rejectsInvalidPicture() {
        assertRejectedForAllClients(415, "CAPTURE_NOT_AN_IMAGE", "not a picture".getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void rejectsOversizedPicture() {
        assertRejectedForAllClients(413, "CAPTURE_TOO_LARGE", Arrays.copyOf(Jpegs.picture(6), 6_000_000));
    }

    private void assertRejectedForAllClients(int status, String code, byte[] picture) {
        try (StompTestClient browser = system.examinee(examinee);
                StompTestClient proctor = system.proctor(examinee.planId())) {
            assertRejected(status, code, false, picture);
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
                assertRejected(503, "CAPTURE_STORE_FAILED", true, Jpegs.picture(7));
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
            // web-server reads the record: it may reconnect to Redis later than state-manager.
            system.awaitReadiness(200, Service.values());
            assertRecord("COMPLETED");
        }
    }

    @Test
    void recoversFromBrokerOutage() {
        try (StompTestClient browser = system.examinee(examinee);
                StompTestClient proctor = system.proctor(examinee.planId())) {
            whileUnavailable(system.servers().broker(), () -> {
                assertRejected(503, "STATUS_PUBLISH_FAILED", true, Jpegs.picture(10));
            });
            assertFailed(browser, "STATUS_PUBLISH_FAILED");
            assertThat(proctor.awaitClose().reason()).startsWith("BROADCASTS_MISSED");
            try (StompTestClient reconnected = system.proctor(examinee.planId())) {
                assertCompletes(Jpegs.picture(10), browser, reconnected);
            }
        }
    }

    @Test
    void readinessFollowsBroker() {
        system.awaitReadiness(200, Service.values());
        whileUnavailable(system.servers().broker(), () -> {
            system.awaitReadiness(503, Service.values());
            system.awaitDown(Service.STATE_MANAGER, "statusQueueListener");
            system.awaitDown(Service.SOCKET_SERVER, "broadcasts");
        });
        system.awaitReadiness(200, Service.values());
    }

    @Test
    void readinessFollowsQueueConsumers() {
        system.awaitReadiness(200, Service.STATE_MANAGER);
        system.stopConsumers();
        try {
            system.awaitReadiness(503, Service.STATE_MANAGER);
        } finally {
            system.startConsumers();
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
        return system.api().upload(examinee, DEVICE, picture, headers);
    }

    private static Instant timestamp(HttpResponse<String> response) {
        return Instant.parse(ApiClient.json(response).at("/data/timestamp").asString());
    }

    private void assertRecord(String status) {
        assertThat(system.api().record(examinee).path("status").asString()).isEqualTo(status);
    }

    private void assertRejected(int status, String code, boolean retryable, byte[] picture, String... headers) {
        long started = System.nanoTime();
        HttpResponse<String> response = upload(picture, headers);
        Duration took = Duration.ofNanos(System.nanoTime() - started);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("application/problem+json"));
        assertThat(ApiClient.code(response)).isEqualTo(code);
        assertThat(ApiClient.json(response).path("retryable").asBoolean()).isEqualTo(retryable);
        assertThat(took).isLessThan(RESPONSE_LIMIT);
        if (status == 503) {
            assertThat(response.headers().firstValue("Retry-After")).isPresent();
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
