package dev.mobilesync.web.pairing;

import static dev.mobilesync.testsupport.ApiClient.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.testsupport.ApiClient;
import dev.mobilesync.testsupport.MultipartBody;
import dev.mobilesync.web.WebServerFixture;
import java.net.http.HttpResponse;
import java.util.concurrent.atomic.AtomicInteger;

/** A shared server for the tests of pairing. */
abstract class PairingFixture {

    static final String PLAN = "P001";
    static final AtomicInteger EXAMINEES = new AtomicInteger();
    final WebServerFixture server = WebServerFixture.withoutRateLimits();
    final ApiClient api = server.api();

    static ExamineeKey newExaminee() {
        return new ExamineeKey(PLAN, "E" + EXAMINEES.incrementAndGet());
    }

    static void assertUnknown(HttpResponse<String> response) {
        assertProblem(response, 404, "NOT_FOUND");
        assertThat(json(response).path("detail").asString()).isEqualTo("this code is unknown, used or expired");
    }

    static void assertProblem(HttpResponse<String> response, int status, String code) {
        WebServerFixture.assertProblem(response, ErrorCode.valueOf(code), status);
        assertThat(response.headers().firstValue("Cache-Control")).contains("no-store");
        assertThat(json(response).path("retryable").asBoolean()).isFalse();
    }

    HttpResponse<String> upload(ExamineeKey examinee, String device, String token, byte[] image) {
        return api.uploadBody(examinee, token, MultipartBody.upload(device, image));
    }
}
