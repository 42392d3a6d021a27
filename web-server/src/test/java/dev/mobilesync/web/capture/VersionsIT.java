package dev.mobilesync.web.capture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.messages.CaptureInfo;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.HistoryEntry;
import dev.mobilesync.messages.MobileSyncStatus;
import dev.mobilesync.messages.RedisKeys;
import dev.mobilesync.messages.Status;
import dev.mobilesync.messages.SyncRecord;
import dev.mobilesync.testsupport.ApiClient;
import dev.mobilesync.testsupport.Jpegs;
import dev.mobilesync.testsupport.ServerContract;
import dev.mobilesync.testsupport.TestTokens;
import dev.mobilesync.web.StoredRecords;
import dev.mobilesync.web.VersioningStore;
import dev.mobilesync.web.WebServerFixture;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.data.redis.core.StringRedisTemplate;
import tools.jackson.databind.JsonNode;

/** In a store with versions, a proctor sees the image that the record references, even after later uploads. */
@ServerContract
@ExtendWith(OutputCaptureExtension.class)
class VersionsIT {

    @Test
    void showsVersionOfTheRecord(CapturedOutput output) throws Exception {
        WebServerFixture server =
                WebServerFixture.shared(VersioningStore.start().properties());
        ApiClient api = server.api();
        ExamineeKey examinee = new ExamineeKey("P1", "E1");
        byte[] first = Jpegs.picture(1);
        String response = api.upload(examinee, "M1", first).body();
        MobileSyncStatus status = server.nextMessage().statusMessage();
        CaptureInfo capture = Objects.requireNonNull(status.captureInfo());
        assertThat(capture.imageVersion()).isNotNull();
        assertThat(response).contains("\"imageVersion\":\"" + capture.imageVersion() + "\"");
        assertThat(api.upload(examinee, "M1", first).body()).isEqualTo(response);
        SyncRecord record = SyncRecord.builder(examinee)
                .status(Status.COMPLETED, "m", status.timestamp())
                .capture(capture, status.timestamp())
                .build();
        server.bean(StringRedisTemplate.class)
                .opsForHash()
                .putAll(RedisKeys.record(record.examinee()), record.toHash());

        api.upload(examinee, "M1", Jpegs.picture(2));
        api.upload(new ExamineeKey("P2", "E1"), "M1", Jpegs.picture(3));

        assertThat(api.getBytes(capture.imageUrl(), TestTokens.proctor("p", "P1"))
                        .body())
                .isEqualTo(first);

        // The record of the other plan is later.
        StoredRecords.write(
                server.bean(StringRedisTemplate.class),
                StoredRecords.completed(
                        server.nextMessage(it -> it.planId().equals("P2")).statusMessage()));
        assertThat(api.getBytes(
                                capture.imageUrl() + "?version=" + capture.imageVersion(),
                                TestTokens.proctor("q", "P1", "P2"))
                        .body())
                .isEqualTo(first);
        assertThat(output)
                .containsPattern("action=view-picture .*who=q plan=P1 examinee=E1 imageVersion="
                        + capture.imageVersion() + " .*result=200");
    }

    /** A version is readable only if the history of a record of the proctor's plan names it. */
    @Test
    void showsEarlierVersionOfTheHistory() throws Exception {
        WebServerFixture server =
                WebServerFixture.shared(VersioningStore.start().properties());
        ApiClient api = server.api();
        StringRedisTemplate redis = server.bean(StringRedisTemplate.class);
        ExamineeKey examinee = new ExamineeKey("P3", "E3");
        byte[] first = Jpegs.picture(4);
        List<SyncRecord> records = new ArrayList<>();
        List<MobileSyncStatus> statuses = new ArrayList<>();
        for (byte[] picture : List.of(first, Jpegs.picture(5))) {
            api.upload(examinee, "M1", picture);
            MobileSyncStatus status =
                    server.nextMessage(it -> it.examinee().equals(examinee)).statusMessage();
            statuses.add(status);
            records.add(SyncRecord.builder(examinee)
                    .status(Status.COMPLETED, "m", status.timestamp())
                    .device("M1")
                    .capture(Objects.requireNonNull(status.captureInfo()), status.timestamp())
                    .revision(records.size() + 1)
                    .build());
        }
        redis.opsForHash().putAll(RedisKeys.record(examinee), records.get(1).toHash());
        String proctor = TestTokens.proctor("p", "P3");
        String url = records.get(0).imageUrl() + "?version=" + records.get(0).imageVersion();
        assertThat(api.get(url, proctor).statusCode()).isEqualTo(404);

        redis.opsForList().rightPush(RedisKeys.history(examinee), "{\"a\": \"newer form\"}");
        redis.opsForList()
                .rightPush(
                        RedisKeys.history(examinee),
                        HistoryEntry.of(records.get(0), statuses.get(0)).toJson());
        redis.opsForList()
                .rightPush(
                        RedisKeys.history(examinee),
                        HistoryEntry.of(records.get(1), statuses.get(1)).toJson());
        JsonNode history = ApiClient.json(api.get(ApiClient.recordPath("P3", "E3") + "/history", proctor), 200);
        assertThat(history.path("items").size()).isEqualTo(2);
        assertThat(history.at("/items/0/revision").asInt()).isEqualTo(2);
        assertThat(history.at("/items/1/by").asString()).isEqualTo("M1");
        assertThat(history.at("/items/1/imageVersion").asString())
                .isEqualTo(records.get(0).imageVersion());

        assertThat(api.getBytes(url, proctor).body()).isEqualTo(first);
        // After a reset, the record names no picture.
        redis.opsForHash().delete(RedisKeys.record(examinee), "imageUrl", "imageVersion");
        assertThat(api.getBytes(url, proctor).body()).isEqualTo(first);
        assertThat(api.get(String.valueOf(records.get(0).imageUrl()), proctor).statusCode())
                .isEqualTo(404);
        assertThat(api.get(url, TestTokens.proctor("p", "P4")).statusCode()).isEqualTo(404);
        assertThat(api.get(url, TestTokens.examinee("P3", "E3")).statusCode()).isEqualTo(404);
        assertThat(api.get(records.get(0).imageUrl() + "?version=another", proctor)
                        .statusCode())
                .isEqualTo(404);
        assertThat(api.get(ApiClient.recordPath("P3", "E3") + "/history", TestTokens.examinee("P3", "E3"))
                        .statusCode())
                .isEqualTo(403);
    }
}
