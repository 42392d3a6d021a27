package dev.mobilesync.web.capture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.messages.CaptureInfo;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.MobileSyncStatus;
import dev.mobilesync.messages.Status;
import dev.mobilesync.messages.SyncRecord;
import dev.mobilesync.messages.Topology;
import dev.mobilesync.testsupport.Jpegs;
import dev.mobilesync.testsupport.NeedsRealServers;
import dev.mobilesync.testsupport.TestTokens;
import dev.mobilesync.web.RunningWebServer;
import dev.mobilesync.web.VersioningStore;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.data.redis.core.StringRedisTemplate;

/** Where the store versions, a proctor sees the picture that the record speaks of, whatever was uploaded since. */
@NeedsRealServers
class VersionsIT {

    @Test
    void thePictureThatTheRecordNamesIsShown(@TempDir Path dir) throws Exception {
        try (VersioningStore store = new VersioningStore();
                RunningWebServer server = RunningWebServer.start(
                        dir,
                        Map.of("mobile-sync.store.endpoint", store.endpoint().toString()))) {
            byte[] first = Jpegs.picture(1);
            String answer = server.upload("P1", "E1", "M1", first).body();
            MobileSyncStatus status = server.nextStatus().status();
            CaptureInfo capture = Objects.requireNonNull(status.captureInfo());
            assertThat(capture.imageVersion()).isNotNull();
            assertThat(answer).contains("\"imageVersion\":\"" + capture.imageVersion() + "\"");
            assertThat(server.upload("P1", "E1", "M1", first).body()).isEqualTo(answer);
            SyncRecord record = SyncRecord.builder(new ExamineeKey("P1", "E1"))
                    .status(Status.COMPLETED, "m", status.timestamp())
                    .capture(capture)
                    .build();
            server.bean(StringRedisTemplate.class)
                    .opsForHash()
                    .putAll(Topology.recordKey(record.examinee()), record.toHash());

            server.upload("P1", "E1", "M1", Jpegs.picture(2));
            server.upload("P2", "E1", "M1", Jpegs.picture(3));

            assertThat(server.sendForBytes(server.request(capture.imageUrl(), TestTokens.proctor("p", "P1"))
                                    .build())
                            .body())
                    .isEqualTo(first);
        }
    }
}
