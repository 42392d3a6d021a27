package dev.mobilesync.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.testsupport.ApiClient;
import dev.mobilesync.testsupport.Jpegs;
import dev.mobilesync.testsupport.StompTestClient;
import dev.mobilesync.testsupport.TestTokens;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Faults that an examinee's id requests. {@link TestProperties} turn the sandbox on, so all other tests show that it affects no one else. */
class SandboxIT {

    private static final String PLAN = "sandbox-plan";
    private static final byte[] PICTURE = Jpegs.picture(1);

    private static MobileSyncSystem system;

    @BeforeAll
    static void start() {
        system = MobileSyncSystem.shared();
    }

    private static ExamineeKey examinee(String fault) {
        return new ExamineeKey(
                PLAN, "sandbox-" + fault + "-" + UUID.randomUUID().toString().substring(0, 8));
    }

    private static HttpResponse<String> upload(ExamineeKey examinee) {
        return system.api().upload(examinee, "M001", PICTURE);
    }

    @ParameterizedTest
    @CsvSource({
        "transfer-failed, 400, CAPTURE_TRANSFER_FAILED",
        "too-large, 413, CAPTURE_TOO_LARGE",
        "not-an-image, 415, CAPTURE_NOT_AN_IMAGE",
        "store-failed, 503, CAPTURE_STORE_FAILED",
        "publish-failed, 503, STATUS_PUBLISH_FAILED"
    })
    void failedUploadIsAnsweredAndBroadcast(String fault, int status, ErrorCode code) {
        ExamineeKey examinee = examinee(fault);
        try (StompTestClient browser = system.examinee(examinee)) {
            HttpResponse<String> response = upload(examinee);

            assertThat(response.statusCode()).isEqualTo(status);
            assertThat(ApiClient.code(response)).isEqualTo(code.name());
            assertThat(browser.await("mobile_sync_failed").body()).contains("\"" + code + "\"");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "device-replaced, 401, UNAUTHENTICATED",
        "too-many, 429, TOO_MANY_REQUESTS",
        "authentication-unavailable, 503, AUTHENTICATION_UNAVAILABLE",
        "internal-error, 500, INTERNAL_ERROR"
    })
    void rejectedUploadIsAnswered(String fault, int status, ErrorCode code) {
        HttpResponse<String> response = upload(examinee(fault));

        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(ApiClient.code(response)).isEqualTo(code.name());
        assertThat(ApiClient.json(response).path("reason").asString(""))
                .isEqualTo(fault.equals("device-replaced") ? "DEVICE_REPLACED" : "");
    }

    @ParameterizedTest
    @CsvSource({
        "too-many, 429",
        "state-unavailable, 503",
        "authentication-unavailable, 503",
        "internal-error, 500",
        "store-failed, 404",
        "publish-failed, 404"
    })
    void otherRequestsFailToo(String fault, int status) {
        ExamineeKey examinee = examinee(fault);
        String record = ApiClient.recordPath(PLAN, examinee.examineeId());

        assertThat(system.api()
                        .get(record, TestTokens.service("platform", PLAN))
                        .statusCode())
                .isEqualTo(status);
    }

    @Test
    void orderFails() {
        HttpResponse<String> response = system.api()
                .giveOrder(
                        examinee("publish-failed"),
                        TestTokens.service("platform", PLAN),
                        UUID.randomUUID().toString(),
                        "{\"order\":\"RETAKE\",\"reason\":\"too dark\"}");

        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(ApiClient.code(response)).isEqualTo("STATUS_PUBLISH_FAILED");
    }

    @Test
    void retrySucceedsAfterOneFailure() {
        ExamineeKey examinee = examinee("store-failed-once");
        try (StompTestClient browser = system.examinee(examinee)) {
            assertThat(upload(examinee).statusCode()).isEqualTo(503);
            assertThat(upload(examinee).statusCode()).isEqualTo(201);
            browser.await("mobile_sync_completed");
        }
    }

    @Test
    @Tag("slow")
    void stalledUploadIsAnsweredLate() {
        long start = System.nanoTime();

        assertThat(upload(examinee("stall")).statusCode()).isEqualTo(201);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofSeconds(8));
    }

    @Test
    void waitTimesOutSoon() {
        ExamineeKey examinee = examinee("timeout");
        try (StompTestClient browser = system.examinee(examinee)) {
            MobileSyncSystem.enterStep(browser, examinee);
            browser.await("mobile_sync_waiting");
            assertThat(browser.await("mobile_sync_timeout").body()).contains("\"SYNC_TIMEOUT\"");
        }
    }

    @Test
    void delayedChangeIsReportedAndFollows() {
        ExamineeKey examinee = examinee("state-change-failed");
        try (StompTestClient browser = system.examinee(examinee)) {
            MobileSyncSystem.enterStep(browser, examinee);
            assertThat(browser.await("mobile_sync_failed").body()).contains("\"STATE_CHANGE_FAILED\"");
            browser.await("mobile_sync_waiting");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "store-failed",
                "E-sandbox-store-failed",
                "sandbox-store-failedx",
                "sandbox-state-unavailable",
                "sandbox-other",
                "Sandbox-store-failed"
            })
    void otherIdsAreNotAffected(String id) {
        assertThat(upload(new ExamineeKey(PLAN, id)).statusCode()).isEqualTo(201);
    }
}
