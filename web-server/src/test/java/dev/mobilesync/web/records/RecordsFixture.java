package dev.mobilesync.web.records;

import dev.mobilesync.messages.CaptureInfo;
import dev.mobilesync.messages.DeviceInfo;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.MobileSyncStatus;
import dev.mobilesync.messages.SyncRecord;
import dev.mobilesync.testsupport.ApiClient;
import dev.mobilesync.testsupport.TestTokens;
import dev.mobilesync.web.StoredRecords;
import dev.mobilesync.web.WebServerFixture;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import org.springframework.data.redis.core.StringRedisTemplate;
import tools.jackson.databind.JsonNode;

/** A shared server and stored records for the tests of reads. */
abstract class RecordsFixture {

    static final Instant AT = Instant.parse("2024-01-01T09:00:00Z");
    final WebServerFixture server = WebServerFixture.shared();
    final ApiClient api = server.api();

    static List<String> examinees(JsonNode board) {
        return board.path("items")
                .valueStream()
                .map(item -> item.path("examineeId").asString())
                .toList();
    }

    JsonNode board(String plan, String query) throws Exception {
        HttpResponse<String> response =
                api.get("/api/v1/plans/" + plan + "/mobile-sync" + query, TestTokens.proctor("p", plan));
        return ApiClient.json(response, 200);
    }

    static SyncRecord completed(String plan, String examinee) {
        return StoredRecords.completed(MobileSyncStatus.completed(
                new ExamineeKey(plan, examinee),
                "M001",
                AT,
                new CaptureInfo(
                        "/captures/" + examinee + "/sync_cap.jpg", new DeviceInfo("iPhone 12", "iOS 15.0"), null)));
    }

    void write(SyncRecord record) {
        StoredRecords.write(redis(), record);
    }

    StringRedisTemplate redis() {
        return server.bean(StringRedisTemplate.class);
    }
}
