package dev.mobilesync.web.capture;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mobilesync.messages.CaptureInfo;
import dev.mobilesync.messages.DeviceInfo;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.RedisKeys;
import dev.mobilesync.messages.Status;
import dev.mobilesync.messages.SyncRecord;
import dev.mobilesync.testsupport.ApiClient;
import dev.mobilesync.testsupport.Digests;
import dev.mobilesync.testsupport.JpegSegments;
import dev.mobilesync.testsupport.Jpegs;
import dev.mobilesync.testsupport.ServerContract;
import dev.mobilesync.testsupport.TestTokens;
import dev.mobilesync.web.JpegFixtures;
import dev.mobilesync.web.WebServerFixture;
import dev.mobilesync.web.common.TimeLimit;
import dev.mobilesync.web.jpeg.JpegSanitizer;
import dev.mobilesync.web.store.CaptureStore;
import dev.mobilesync.web.store.StoreFailedException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.data.redis.core.StringRedisTemplate;

/** Personal metadata of an image is not stored, and uploads and views are audited. */
@TestInstance(Lifecycle.PER_CLASS)
@ExtendWith(OutputCaptureExtension.class)
@ServerContract
class PrivacyIT {

    private static final Instant NINE = Instant.parse("2024-01-01T09:00:00Z");
    private final WebServerFixture server = WebServerFixture.shared();
    private final ApiClient api = server.api();

    @Test
    void storesImageWithoutPersonalMetadata() throws Exception {
        ExamineeKey examinee = new ExamineeKey("P001", "E001");
        byte[] sent = JpegFixtures.withEverything(6);

        HttpResponse<String> answer =
                api.upload(examinee, "M001", sent, CaptureHeaders.CONTENT_DIGEST, Digests.contentDigest(sent));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);

        writeRecord(examinee);
        byte[] stored = api.getBytes("/captures/E001/sync_cap.jpg", TestTokens.proctor("kim", "P001"))
                .body();
        assertThat(stored).isEqualTo(JpegSanitizer.sanitize(sent)).isNotEqualTo(sent);
        CaptureStore.Stored object =
                requireNonNull(server.bean(CaptureStore.class).find(examinee, TimeLimit.in(Duration.ofMinutes(1))));
        assertThat(object.metadata().sha256()).isEqualTo(Digests.sha256(sent));
        assertThat(object.metadata().storedSha256()).isEqualTo(Digests.sha256(stored));
        assertThat(object.size()).isEqualTo(stored.length);

        HttpResponse<String> again = api.upload(examinee, "M001", sent);
        assertThat(again.body()).as("identified by the image as sent").isEqualTo(answer.body());
    }

    @Test
    void rejectsImageWithUnknownSegment() throws Exception {
        byte[] image = JpegSegments.insert(
                Jpegs.picture(64, 48, 1), 2, JpegSegments.segment(0xF0, JpegSegments.ascii("what")));

        HttpResponse<String> answer = api.upload(new ExamineeKey("P001", "E002"), "M001", image);

        assertThat(answer.statusCode()).isEqualTo(415);
        assertThat(answer.body()).contains("CAPTURE_NOT_AN_IMAGE");
    }

    @Test
    void auditsViews(CapturedOutput output) throws Exception {
        ExamineeKey examinee = new ExamineeKey("P003", "E003");
        api.upload(examinee, "M001", Jpegs.picture(3));
        writeRecord(examinee);
        String url = "/captures/E003/sync_cap.jpg";
        String proctor = TestTokens.proctor("kim lee\naction=forged", "P003", "P009");

        assertThat(api.get(url, proctor).statusCode()).isEqualTo(200);
        assertThat(api.get(url, TestTokens.proctor("park", "P009")).statusCode())
                .isEqualTo(404);
        assertThat(api.get(url, TestTokens.examinee("P003", "E003")).statusCode())
                .isEqualTo(200);
        assertThat(api.get(url, TestTokens.examinee("P003", "E004")).statusCode())
                .isEqualTo(404);
        assertThat(api.get("/captures/E999/sync_cap.jpg", proctor).statusCode()).isEqualTo(404);

        String version = imageVersion("E003");
        assertThat(output.getAll().lines().filter(line -> line.contains("action=view-picture")))
                .anyMatch(line -> line.contains(" audit ")
                        && line.endsWith("action=view-picture role=proctor who=\"kim lee\\u{a}action=forged\" plan=P003"
                                + " examinee=E003 imageVersion=" + version + " address=127.0.0.1 result=200"))
                .anyMatch(line -> line.endsWith(
                        "role=proctor who=park plan=- examinee=E003 imageVersion=-" + " address=127.0.0.1 result=404"))
                .anyMatch(line -> line.endsWith("role=examinee who=P003:E003 plan=P003 examinee=E003 imageVersion="
                        + version + " address=127.0.0.1 result=200"))
                .anyMatch(line -> line.endsWith("role=examinee who=P003:E004 plan=- examinee=E003 imageVersion=-"
                        + " address=127.0.0.1 result=404"))
                .anyMatch(line -> line.endsWith("plan=- examinee=E999 imageVersion=- address=127.0.0.1 result=404"))
                .hasSize(5);
        assertThat(output.getAll()).doesNotContain(proctor, proctor.substring(proctor.lastIndexOf('.')));
    }

    @Test
    void auditsUploads(CapturedOutput output) {
        ExamineeKey examinee = new ExamineeKey("P004", "E004");
        assertThat(api.upload(examinee, "M001", Jpegs.picture(4)).statusCode()).isEqualTo(201);
        assertThat(api.upload(examinee, "M001", new byte[] {1, 2, 3}).statusCode())
                .isEqualTo(415);

        String line = "time=\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z action=upload role=device"
                + " who=P004:E004:M001 plan=P004 examinee=E004 address=127.0.0.1 result=";
        String rest = "millis=\\d+ trace=[0-9a-f]{32}";
        // The audit line is written after the response.
        await().untilAsserted(() -> assertThat(output.getAll()
                        .lines()
                        .filter(each -> each.contains("action=upload") && each.contains("who=P004:E004:")))
                .anyMatch(each -> each.matches(".* audit .*" + line + "201 outcome=COMPLETED bytes=\\d{3,} " + rest))
                .anyMatch(
                        each -> each.matches(".* audit .*" + line + "415 outcome=CAPTURE_NOT_AN_IMAGE bytes=3 " + rest))
                .hasSize(2));
    }

    private String imageVersion(String examinee) throws StoreFailedException {
        String version = requireNonNull(server.bean(CaptureStore.class)
                        .find(new ExamineeKey("P003", examinee), TimeLimit.in(Duration.ofMinutes(1))))
                .version();
        return version == null ? "-" : version;
    }

    /** Writes the record of the stored image, as state-manager does. */
    private void writeRecord(ExamineeKey examinee) throws StoreFailedException {
        String version = requireNonNull(
                        server.bean(CaptureStore.class).find(examinee, TimeLimit.in(Duration.ofMinutes(1))))
                .version();
        SyncRecord record = SyncRecord.builder(examinee)
                .status(Status.COMPLETED, "a-message", NINE)
                .device("M001")
                .capture(
                        new CaptureInfo(
                                "/captures/" + examinee.examineeId() + "/sync_cap.jpg",
                                new DeviceInfo("iPhone 12", "iOS 15.0"),
                                version),
                        NINE)
                .revision(1)
                .build();
        server.bean(StringRedisTemplate.class)
                .<String, String>opsForHash()
                .putAll(RedisKeys.record(examinee), record.toHash());
    }
}
