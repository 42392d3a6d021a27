package dev.mobilesync.web.capture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.messages.CaptureInfo;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.MobileSyncStatus;
import dev.mobilesync.messages.RedisKeys;
import dev.mobilesync.messages.Status;
import dev.mobilesync.messages.SyncRecord;
import dev.mobilesync.testsupport.ApiClient;
import dev.mobilesync.testsupport.Jpegs;
import dev.mobilesync.testsupport.ServerContract;
import dev.mobilesync.testsupport.TestTokens;
import dev.mobilesync.web.VersioningStore;
import dev.mobilesync.web.WebServerFixture;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.springframework.data.redis.core.StringRedisTemplate;

/** In a store with versions, a proctor sees the image that the record references, even after later uploads. */
@ServerContract
class VersionsIT {

    @Test
    void showsVersionOfTheRecord() throws Exception {
        WebServerFixture server =
                WebServerFixture.shared(VersioningStore.start().properties());
        ApiClient api = server.api();
        ExamineeKey examinee = new ExamineeKey("P1", "E1");
        byte[] first = Jpegs.picture(1);
        String response = api.upload(examinee, "M1", first).body();
        MobileSyncStatus status = server.nextStatus().status();
        CaptureInfo capture = Objects.requireNonNull(status.captureInfo());
        assertThat(capture.imageVersion()).isNotNull();
        assertThat(response).contains("\"imageVersion\":\"" + capture.imageVersion() + "\"");
        assertThat(api.upload(examinee, "M1", first).body()).isEqualTo(response);
        SyncRecord record = SyncRecord.builder(examinee)
                .status(Status.COMPLETED, "m", status.timestamp())
                .capture(capture)
                .build();
        server.bean(StringRedisTemplate.class)
                .opsForHash()
                .putAll(RedisKeys.record(record.examinee()), record.toHash());

        api.upload(examinee, "M1", Jpegs.picture(2));
        api.upload(new ExamineeKey("P2", "E1"), "M1", Jpegs.picture(3));

        assertThat(api.getBytes(capture.imageUrl(), TestTokens.proctor("p", "P1"))
                        .body())
                .isEqualTo(first);
    }
}
