package dev.mobilesync.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.StompTopics;
import dev.mobilesync.testsupport.ApiClient;
import dev.mobilesync.testsupport.Jpegs;
import dev.mobilesync.testsupport.MultipartBody;
import dev.mobilesync.testsupport.Nginx;
import dev.mobilesync.testsupport.StompTestClient;
import dev.mobilesync.testsupport.TestTokens;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Uploads, connections of browsers and request bodies through nginx. */
@Tag("slow")
@EnabledIf(value = "dev.mobilesync.testsupport.Nginx#isAvailable", disabledReason = Nginx.SKIP_REASON)
@ExtendWith(OutputCaptureExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NginxIT extends NginxFixture {

    @Test
    void passesCaptureFromPairingToBrowser() {
        ExamineeKey examinee = new ExamineeKey("nginx-1", "E1");
        ApiClient api = new ApiClient(nginx.web());
        byte[] picture = Jpegs.picture(1920, 1080, 1);
        try (StompTestClient browser = examineeBrowser(examinee);
                StompTestClient proctor =
                        StompTestClient.connect(nginx.socket(), TestTokens.proctor("proctor-1", examinee.planId()))) {
            proctor.subscribe(StompTopics.plan(examinee.planId()));
            MobileSyncSystem.enterStep(browser, examinee);
            browser.await("mobile_sync_waiting");
            String token = api.pair(examinee, "M001");
            browser.await("mobile_sync_paired");

            HttpResponse<String> uploaded = api.uploadBody(examinee, token, MultipartBody.upload("M001", picture));

            assertThat(uploaded.statusCode()).as(uploaded.body()).isEqualTo(201);
            browser.await("mobile_sync_completed");
            proctor.await("mobile_sync_completed");
            String imageUrl = uploaded.headers().firstValue("Location").orElseThrow();
            assertThat(imageUrl).isEqualTo("/captures/E1/sync_cap.jpg");
            assertThat(api.getBytes(imageUrl, TestTokens.proctor("proctor-1", examinee.planId()))
                            .body())
                    .isEqualTo(picture);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {8_400, 20_000})
    void acceptsHeadersAsLargeAsServicesDo(int tokenSize) {
        String token = TestTokens.mint(
                Map.of("role", "proctor", "plans", List.of("nginx-1"), "sub", "p", "x", "x".repeat(tokenSize * 3 / 4)));
        HttpResponse<String> response = new ApiClient(nginx.web()).get(ApiClient.recordsPath("nginx-1"), token);
        if (tokenSize < 16_000) {
            assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        } else {
            assertThat(response.statusCode()).as(response.body()).isEqualTo(431);
            assertThat(ApiClient.code(response)).isEqualTo("INVALID_REQUEST");
            assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
        }
    }

    /** nginx distributes the connections over both instances. */
    @Test
    void spreadsConnectionsOverBothInstances() {
        List<StompTestClient> browsers = new ArrayList<>();
        try {
            for (int i = 0; i < 4; i++) {
                browsers.add(examineeBrowser(new ExamineeKey("nginx-2", "E" + i)));
            }
            for (MobileSyncSystem each : List.of(one, two)) {
                await().untilAsserted(() -> assertThat(openConnections(each)).isPositive());
            }
        } finally {
            browsers.forEach(StompTestClient::close);
        }
    }

    private static double openConnections(MobileSyncSystem system) {
        String metrics = ApiClient.ofOther(system.management(MobileSyncSystem.Service.SOCKET_SERVER))
                .get("/actuator/prometheus", "")
                .body();
        return metrics.lines()
                .filter(line -> line.startsWith("mobile_sync_socket_sessions"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    /** The request body is larger than nginx's buffers. */
    @Test
    void writesNoRequestBodyToDisk() throws IOException {
        ExamineeKey examinee = new ExamineeKey("nginx-3", "E1");
        HttpResponse<String> uploaded =
                new ApiClient(nginx.web()).upload(examinee, "M001", Jpegs.picture(1920, 1080, 2));
        assertThat(uploaded.statusCode()).as(uploaded.body()).isEqualTo(201);
        // Chunked, without a Content-Length.
        HttpResponse<String> chunked = new ApiClient(nginx.web())
                .send(new ApiClient(nginx.web())
                        .request(ApiClient.capturesPath("nginx-3", "E2"), TestTokens.device("nginx-3", "E2", "M002"))
                        .header("Content-Type", MultipartBody.CONTENT_TYPE)
                        .POST(BodyPublishers.fromPublisher(BodyPublishers.ofByteArray(
                                MultipartBody.upload("M002", Jpegs.picture(1920, 1080, 3))))));
        assertThat(chunked.statusCode()).as(chunked.body()).isEqualTo(201);

        assertThat(nginx.warnings()).doesNotContain("temporary file");
        try (Stream<Path> bodies = Files.list(nginx.bodies())) {
            assertThat(bodies).isEmpty();
        }
    }

    /** Itself, without web-server's problem document. */
    @Test
    void rejectsOversizedBodies() {
        HttpResponse<String> response = ApiClient.ofOther(nginx.web())
                .uploadBody(
                        new ExamineeKey("nginx-4", "E1"),
                        TestTokens.device("nginx-4", "E1", "M001"),
                        MultipartBody.upload("M001", new byte[9 << 20]));
        assertThat(response.statusCode()).isEqualTo(413);
    }

    private StompTestClient examineeBrowser(ExamineeKey examinee) {
        StompTestClient browser =
                StompTestClient.connect(nginx.socket(), TestTokens.examinee(examinee.planId(), examinee.examineeId()));
        browser.subscribe(StompTopics.examinee(examinee));
        return browser;
    }
}
