package dev.mobilesync.state.listener;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.messages.CaptureInfo;
import dev.mobilesync.messages.DeviceInfo;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.MobileSyncStatus;
import dev.mobilesync.messages.SyncRecord;
import dev.mobilesync.service.redis.SyncRecordReader;
import dev.mobilesync.state.StateManagerFixture;
import dev.mobilesync.state.StatusQueueClient;
import dev.mobilesync.testsupport.ApiClient;
import dev.mobilesync.testsupport.TestServers;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.springframework.data.redis.core.StringRedisTemplate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A shared state-manager, its broker and a new examinee for each test. */
abstract class StatusQueueListenerFixture {

    static final AtomicInteger EXAMINEES = new AtomicInteger();
    static StateManagerFixture service;
    static StatusQueueClient broker;
    static StringRedisTemplate redis;
    static SyncRecordReader records;
    final ExamineeKey examinee = new ExamineeKey("P1", "E" + EXAMINEES.incrementAndGet());

    @BeforeAll
    static void start() throws Exception {
        service = StateManagerFixture.shared();
        broker = StatusQueueClient.connect(TestServers.shared().properties());
        redis = service.bean(StringRedisTemplate.class);
        records = service.bean(SyncRecordReader.class);
    }

    @AfterAll
    static void stop() throws Exception {
        service.assertAllAcknowledged(broker);
        broker.close();
    }

    @AfterEach
    void assertNoMoreBroadcasts() {
        assertThat(broker.isEmpty()).isTrue();
    }

    /** Returns a field as in the hash: an object as a JSON string. */
    static String field(JsonNode golden, String name) {
        JsonNode value = golden.get(name);
        return value instanceof ObjectNode ? value.toString() : value.asString();
    }

    static int get(String path) {
        return send(path).statusCode();
    }

    static HttpResponse<String> send(String path) {
        return ApiClient.ofOther(URI.create("http://127.0.0.1:" + service.port()))
                .get(path, "");
    }

    MobileSyncStatus completed(Instant timestamp) {
        return MobileSyncStatus.completed(
                examinee,
                "M001",
                timestamp,
                new CaptureInfo("/captures/E001/sync_cap.jpg", new DeviceInfo("iPhone 12", "iOS 15.0"), "v1"));
    }

    static Instant at(int second) {
        return Instant.parse("2026-01-01T09:00:00Z").plusSeconds(second);
    }

    SyncRecord record() {
        return service.record(examinee);
    }
}
