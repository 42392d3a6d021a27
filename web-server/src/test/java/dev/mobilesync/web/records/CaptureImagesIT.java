package dev.mobilesync.web.records;

import static dev.mobilesync.web.WebServerFixture.assertProblem;
import static dev.mobilesync.web.WebServerFixture.poll;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.RedisKeys;
import dev.mobilesync.testsupport.Jpegs;
import dev.mobilesync.testsupport.ServerContract;
import dev.mobilesync.testsupport.TestTokens;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Stored pictures, and who may read them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ServerContract
@ExtendWith(OutputCaptureExtension.class)
class CaptureImagesIT extends RecordsFixture {

    @Test
    void showsCaptureDespiteUnreadableRecordOfOtherPlan() throws Exception {
        api.upload(new ExamineeKey("X5", "EX5"), "M001", Jpegs.picture(1));
        write(completed("X5", "EX5"));
        redis().opsForValue().set(RedisKeys.record(new ExamineeKey("X6", "EX5")), "not a hash");

        assertThat(api.get("/captures/EX5/sync_cap.jpg", TestTokens.proctor("p", "X6", "X5"))
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void showsCaptureToProctorsOfItsPlanAndExamineeOnly() throws Exception {
        byte[] picture = Jpegs.picture(1);
        api.upload(new ExamineeKey("G1", "EG"), "M001", picture);
        String path = "/captures/EG/sync_cap.jpg";
        String proctor = TestTokens.proctor("p", "G0", "G1");

        assertProblem(api.get(path, proctor), ErrorCode.NOT_FOUND, 404);
        write(completed("G1", "EG"));

        HttpResponse<byte[]> response = api.getBytes(path, proctor);
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo(picture);
        assertThat(response.headers().firstValue("Content-Type")).contains("image/jpeg");
        assertThat(response.headers().firstValue("Content-Length")).contains(Integer.toString(picture.length));
        assertThat(response.headers().firstValue("Cache-Control").orElseThrow())
                .contains("private")
                .contains("no-store");
        assertThat(response.headers().firstValue("X-Content-Type-Options")).contains("nosniff");

        HttpRequest.Builder head = api.request(path, proctor).method("HEAD", HttpRequest.BodyPublishers.noBody());
        assertThat(api.send(head).statusCode()).isEqualTo(200);

        for (String unauthorized : new String[] {
            TestTokens.proctor("p", "G2"),
            TestTokens.examinee("G2", "EG"),
            TestTokens.examinee("G1", "EX"),
            TestTokens.device("G1", "EG", "M001")
        }) {
            assertProblem(api.get(path, unauthorized), ErrorCode.NOT_FOUND, 404);
        }
        assertProblem(api.get(path, ""), ErrorCode.UNAUTHENTICATED, 401);
        assertThat(api.getBytes(path, TestTokens.examinee("G1", "EG")).body()).isEqualTo(picture);
    }

    @Test
    void logsDisconnectedViewerAtDebug(CapturedOutput output) throws Exception {
        api.upload(new ExamineeKey("G3", "ED"), "M001", Jpegs.noise(1600, 1200, 1));
        write(completed("G3", "ED"));
        LoggingSystem logging = LoggingSystem.get(CaptureImagesIT.class.getClassLoader());
        logging.setLogLevel("dev.mobilesync.web.http", LogLevel.DEBUG);
        try {
            readFirstByte("/captures/ED/sync_cap.jpg", TestTokens.proctor("p", "G3"));
            poll().untilAsserted(() -> assertThat(output).contains("the client disconnected"));
        } finally {
            logging.setLogLevel("dev.mobilesync.web.http", null);
        }
        assertThat(output).doesNotContain("unexpected exception");
    }

    /** Resets the connection while the server waits to send the rest. */
    private void readFirstByte(String path, String token) throws IOException {
        try (Socket viewer = new Socket()) {
            viewer.setReceiveBufferSize(4096);
            viewer.setSoLinger(true, 0);
            viewer.connect(new InetSocketAddress("127.0.0.1", server.port()));
            String request =
                    "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + token + "\r\n\r\n";
            viewer.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            assertThat(viewer.getInputStream().read()).isEqualTo('H');
        }
    }

    @Test
    void hidesCaptureOfOtherPlanUnderSameUrl() throws Exception {
        api.upload(new ExamineeKey("H1", "EH"), "M001", Jpegs.picture(2));
        write(completed("H1", "EH"));
        api.upload(new ExamineeKey("H2", "EH"), "M001", Jpegs.picture(3));
        write(completed("H2", "EH"));

        assertProblem(api.get("/captures/EH/sync_cap.jpg", TestTokens.proctor("p", "H1")), ErrorCode.NOT_FOUND, 404);
        assertProblem(api.get("/captures/EH/sync_cap.jpg", TestTokens.examinee("H1", "EH")), ErrorCode.NOT_FOUND, 404);
        for (String permitted : new String[] {TestTokens.proctor("p", "H2"), TestTokens.examinee("H2", "EH")}) {
            assertThat(api.get("/captures/EH/sync_cap.jpg", permitted).statusCode())
                    .isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/captures/",
                "/captures/EG",
                "/captures/EG/other.jpg",
                "/captures/E%47/sync_cap.jpg",
                "/captures"
            })
    void answers404ForOtherUrls(String path) throws Exception {
        assertProblem(api.get(path, TestTokens.proctor("p", "G1")), ErrorCode.NOT_FOUND, 404);
    }
}
