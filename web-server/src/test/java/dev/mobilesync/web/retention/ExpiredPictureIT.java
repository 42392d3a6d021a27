package dev.mobilesync.web.retention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.MobileSyncStatus;
import dev.mobilesync.testsupport.Jpegs;
import dev.mobilesync.testsupport.TestTokens;
import dev.mobilesync.web.StoredRecords;
import dev.mobilesync.web.WebServerFixture;
import dev.mobilesync.web.store.CaptureVersions;
import dev.mobilesync.web.store.RetentionHolds;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.data.redis.core.StringRedisTemplate;

/** A record may outlive its picture, if the retention is shorter than the lifetime of records. */
class ExpiredPictureIT {

    private static final ExamineeKey EXAMINEE = new ExamineeKey("X1", "EX1");

    private final WebServerFixture server = WebServerFixture.shared();

    @Test
    void answersNotFoundAndAcceptsNextUpload() throws Exception {
        MobileSyncStatus status = upload();
        StringRedisTemplate redis = server.bean(StringRedisTemplate.class);
        StoredRecords.write(redis, StoredRecords.completed(status));
        String proctor = TestTokens.proctor("p", "X1");
        String path = "/captures/EX1/sync_cap.jpg";
        assertThat(server.api().get(path, proctor).statusCode()).isEqualTo(200);

        // Everything that exists is expired.
        new RetentionRun(
                        server.bean(CaptureVersions.class),
                        server.bean(RetentionHolds.class),
                        redis,
                        Duration.ofHours(-1),
                        Duration.ZERO,
                        Clock.systemUTC())
                .run(new RetentionReport(false, line -> {}, listed -> {}));

        WebServerFixture.assertProblem(server.api().get(path, proctor), ErrorCode.NOT_FOUND, 404);
        assertThat(server.api()
                        .get("/api/v1/plans/X1/examinees/EX1/mobile-sync", proctor)
                        .body())
                .contains("\"COMPLETED\"");
        upload();
        assertThat(server.api().get(path, proctor).statusCode()).isEqualTo(200);
    }

    private MobileSyncStatus upload() throws Exception {
        assertThat(server.api().upload(EXAMINEE, "M001", Jpegs.picture(1)).statusCode())
                .isEqualTo(201);
        return server.nextMessage().statusMessage();
    }

    @Test
    void registersMetrics() {
        MeterRegistry meters = server.bean(MeterRegistry.class);
        assertThat(meters.get("mobile.sync.retention.runs").counters()).hasSize(2);
        assertThat(meters.get("mobile.sync.retention.deleted").counter().count())
                .isZero();
    }
}
