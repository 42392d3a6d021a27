package dev.mobilesync.web.capture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.Status;
import dev.mobilesync.testsupport.ApiClient;
import dev.mobilesync.testsupport.MultipartBody;
import dev.mobilesync.testsupport.TestTokens;
import dev.mobilesync.web.WebServerFixture;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;

/** A shared server and a new examinee for each test of uploads. */
abstract class UploadFixture {

    static final String PLAN = "P001";
    static final String DEVICE = "M001";
    private static final AtomicInteger EXAMINEES = new AtomicInteger();
    final WebServerFixture server = WebServerFixture.withoutRateLimits();
    final ApiClient api = server.api();
    ExamineeKey examinee = new ExamineeKey(PLAN, "E0");

    @BeforeEach
    void nextExaminee() {
        examinee = new ExamineeKey(PLAN, "E" + EXAMINEES.incrementAndGet());
        server.purgeStatusQueue();
    }

    HttpResponse<String> uploadForm(MultipartBody form) throws Exception {
        return api.uploadBody(examinee, token(), form.bytes());
    }

    String path() {
        return ApiClient.capturesPath(PLAN, examinee.examineeId());
    }

    String token() {
        return TestTokens.device(PLAN, examinee.examineeId(), DEVICE);
    }

    byte[] head(int length) {
        return ("POST " + path() + " HTTP/1.1\r\nHost: localhost\r\n"
                        + "Connection: close\r\nAuthorization: Bearer " + token()
                        + "\r\nContent-Type: " + MultipartBody.CONTENT_TYPE + "\r\nContent-Length: " + length
                        + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    void assertFailurePublished(ErrorCode code) {
        var status = server.nextMessage().statusMessage();
        assertThat(status.status()).isEqualTo(Status.FAILED);
        assertThat(status.examinee()).isEqualTo(examinee);
        assertThat(status.deviceId()).isEqualTo(DEVICE);
        assertThat(status.error()).isNotNull().satisfies(error -> {
            assertThat(error.code()).isEqualTo(code);
            assertThat(error.retryable()).isEqualTo(code.isRetryable());
        });
    }
}
