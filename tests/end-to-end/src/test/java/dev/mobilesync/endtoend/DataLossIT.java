package dev.mobilesync.endtoend;

import static dev.mobilesync.endtoend.MobileSyncSystem.enterStep;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mobilesync.endtoend.MobileSyncSystem.Service;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.RedisKeys;
import dev.mobilesync.messages.Status;
import dev.mobilesync.messages.SyncRecord;
import dev.mobilesync.service.redis.SyncRecordReader;
import dev.mobilesync.testsupport.Jpegs;
import dev.mobilesync.testsupport.StompTestClient;
import dev.mobilesync.testsupport.StompTestClient.Frame;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.data.redis.core.RedisCallback;
import org.springframework.data.redis.core.StringRedisTemplate;

/** Redis loses all data while browsers are connected, as after a restart without persistence. */
class DataLossIT {

    private final MobileSyncSystem system = MobileSyncSystem.shared();

    /** If revisions restarted at a low number, both browsers would discard the following states as stale. */
    @Test
    void notifiesConnectedBrowsersAfterLoss() {
        ExamineeKey examinee = new ExamineeKey("loss-1", "E100");
        try (StompTestClient browser = system.examinee(examinee);
                StompTestClient proctor = system.proctor(examinee.planId())) {
            enterStep(browser, examinee);
            long before = revision(browser.await("mobile_sync_waiting"));
            assertThat(revision(proctor.await("mobile_sync_waiting"))).isEqualTo(before);

            clearRedis();
            enterStep(browser, examinee);
            long after = revision(browser.await("mobile_sync_waiting"));
            assertThat(after).isGreaterThan(before).isLessThan(1L << 53);
            assertThat(revision(proctor.await("mobile_sync_waiting"))).isEqualTo(after);

            clearRedis();
            assertThat(system.api().upload(examinee, "M001", Jpegs.picture(1)).statusCode())
                    .isEqualTo(201);
            assertThat(revision(browser.await("mobile_sync_completed"))).isGreaterThan(after);
            assertThat(revision(proctor.await("mobile_sync_completed"))).isGreaterThan(after);
        }
    }

    @Test
    void restoresCompletedRecords() {
        List<ExamineeKey> examinees = IntStream.range(0, 40)
                .mapToObj(i -> new ExamineeKey("loss-2", "E2" + i))
                .toList();
        ExamineeKey first = examinees.get(0);
        try (StompTestClient browser = system.examinee(first)) {
            for (ExamineeKey examinee : examinees) {
                assertThat(system.api()
                                .upload(examinee, "M001", Jpegs.picture(1))
                                .statusCode())
                        .isEqualTo(201);
            }
            long completed = revision(browser.await("mobile_sync_completed"));
            await().until(() -> records().readAll(examinees), restored -> !restored.contains(null));
            List<SyncRecord> before = withoutRevisions(records().readAll(examinees));

            // Reconciliation skips captures that may be in flight, younger than twice the response timeout.
            system.reconfigure(
                    Service.WEB_SERVER,
                    Map.of("mobile-sync.sweep-interval", "1s", "mobile-sync.upload-response-timeout", "1s"));
            clearRedis();
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> records().readAll(examinees), restored -> !restored.contains(null));

            assertThat(withoutRevisions(records().readAll(examinees))).isEqualTo(before);
            assertThat(before).allMatch(record -> record.status() == Status.COMPLETED && record.deviceInfo() != null);
            await().untilAsserted(() -> assertThat(redis().opsForZSet().size(RedisKeys.planIndex("loss-2")))
                    .isEqualTo(examinees.size()));
            assertThat(revision(browser.await("mobile_sync_completed"))).isGreaterThan(completed);
        }
    }

    private static List<SyncRecord> withoutRevisions(List<@Nullable SyncRecord> records) {
        return records.stream()
                .map(record -> requireNonNull(record).toBuilder().revision(0).build())
                .toList();
    }

    private SyncRecordReader records() {
        return system.bean(SyncRecordReader.class);
    }

    private StringRedisTemplate redis() {
        return system.bean(StringRedisTemplate.class);
    }

    private static long revision(Frame frame) {
        return Long.parseLong(frame.header("revision"));
    }

    /** Clears this test's database only, because other tests share the server. */
    private void clearRedis() {
        redis().execute((RedisCallback<Object>) connection -> {
            connection.serverCommands().flushDb();
            return true;
        });
    }
}
