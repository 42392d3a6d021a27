package dev.mobilesync.endtoend;

import static dev.mobilesync.endtoend.MobileSyncSystem.enterStep;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.Status;
import dev.mobilesync.messages.SyncRecord;
import dev.mobilesync.messages.Topology;
import dev.mobilesync.service.RecordReader;
import dev.mobilesync.testsupport.Jpegs;
import dev.mobilesync.testsupport.NeedsRealServers;
import dev.mobilesync.testsupport.RealServers;
import dev.mobilesync.testsupport.StompTestClient;
import dev.mobilesync.testsupport.StompTestClient.Frame;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.data.redis.core.RedisCallback;
import org.springframework.data.redis.core.StringRedisTemplate;

/** Redis loses everything while browsers are connected, as one does that keeps nothing on disk and restarts. */
@NeedsRealServers
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RealDataLossIT {

    private MobileSyncSystem system;

    @BeforeAll
    void start() {
        system = MobileSyncSystem.start(RealServers.open(), Map.of("mobile-sync.sweep-interval", "1s"));
    }

    @AfterAll
    void stop() {
        system.close();
    }

    /** Were revisions to start low again, both browsers would take what follows for old, and never hear of it. */
    @Test
    void browsersThatStayConnectedHearWhatComesAfterTheLoss() {
        ExamineeKey examinee = new ExamineeKey("loss-1", "E001");
        try (StompTestClient browser = system.examinee(examinee);
                StompTestClient proctor = system.proctor(examinee.planId())) {
            enterStep(browser, examinee);
            long before = revision(browser.await("mobile_sync_waiting"));
            assertThat(revision(proctor.await("mobile_sync_waiting"))).isEqualTo(before);

            loseEverything();
            enterStep(browser, examinee);
            long after = revision(browser.await("mobile_sync_waiting"));
            assertThat(after).isGreaterThan(before).isLessThan(1L << 53);
            assertThat(revision(proctor.await("mobile_sync_waiting"))).isEqualTo(after);

            loseEverything();
            assertThat(system.phone(examinee, "M001").upload(Jpegs.picture(1)).status())
                    .isEqualTo(201);
            assertThat(revision(browser.await("mobile_sync_completed"))).isGreaterThan(after);
            assertThat(revision(proctor.await("mobile_sync_completed"))).isGreaterThan(after);
        }
    }

    @Test
    void theSweepMakesEveryCompletedRecordAgain() {
        List<ExamineeKey> examinees = IntStream.range(0, 40)
                .mapToObj(i -> new ExamineeKey("loss-2", "E2" + i))
                .toList();
        ExamineeKey first = examinees.get(0);
        RecordReader records = system.bean(RecordReader.class);
        StringRedisTemplate redis = system.bean(StringRedisTemplate.class);
        try (StompTestClient browser = system.examinee(first)) {
            for (ExamineeKey examinee : examinees) {
                assertThat(system.phone(examinee, "M001")
                                .upload(Jpegs.picture(1))
                                .status())
                        .isEqualTo(201);
            }
            long told = revision(browser.await("mobile_sync_completed"));
            await().until(() -> records.readAll(examinees), everybody -> !everybody.contains(null));
            List<SyncRecord> before = withoutRevisions(records.readAll(examinees));

            loseEverything();
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> records.readAll(examinees), everybody -> !everybody.contains(null));

            assertThat(withoutRevisions(records.readAll(examinees))).isEqualTo(before);
            assertThat(before).allMatch(record -> record.status() == Status.COMPLETED && record.deviceInfo() != null);
            await().untilAsserted(() -> assertThat(redis.opsForZSet().size(Topology.planIndexKey("loss-2")))
                    .isEqualTo(examinees.size()));
            assertThat(revision(browser.await("mobile_sync_completed"))).isGreaterThan(told);
        }
    }

    private static List<SyncRecord> withoutRevisions(List<@Nullable SyncRecord> records) {
        return records.stream()
                .map(record -> requireNonNull(record).toBuilder().revision(0).build())
                .toList();
    }

    private static long revision(Frame frame) {
        return Long.parseLong(frame.header("revision"));
    }

    /** This test's own database: the server is others', too. */
    private void loseEverything() {
        system.bean(StringRedisTemplate.class).execute((RedisCallback<Object>) connection -> {
            connection.serverCommands().flushDb();
            return true;
        });
    }
}
