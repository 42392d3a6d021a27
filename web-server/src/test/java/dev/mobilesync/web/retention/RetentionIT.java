package dev.mobilesync.web.retention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.RedisKeys;
import dev.mobilesync.testsupport.FileStore;
import dev.mobilesync.testsupport.NeedsS3Gateway;
import dev.mobilesync.testsupport.S3Gateway;
import dev.mobilesync.testsupport.ServerContract;
import dev.mobilesync.web.LargeBucket;
import dev.mobilesync.web.StoreProperties;
import dev.mobilesync.web.WebServerFixture;
import dev.mobilesync.web.common.TimeLimit;
import dev.mobilesync.web.store.BackdatedS3Client;
import dev.mobilesync.web.store.CaptureMetadata;
import dev.mobilesync.web.store.CaptureVersions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.springframework.scheduling.config.TriggerTask;
import org.springframework.scheduling.support.SimpleTriggerContext;

/** Expired pictures are deleted from the store, and no others. */
@ServerContract
class RetentionIT {

    private static final FileStore FILES = FileStore.start();

    @AfterAll
    static void stopStore() {
        FILES.close();
    }

    /** A store without versions. */
    @Nested
    class Embedded extends RetentionContract {

        Embedded() {
            super(FILES.properties());
        }

        @Override
        void putOld(CaptureMetadata capture, byte[] picture) throws Exception {
            pictures.put(capture, picture, TimeLimit.in(LIMIT));
            FILES.setStoredAt(versions.key(capture.examinee()), Instant.now().minus(Duration.ofDays(40)));
        }

        /** What the scheduler of a running web-server runs. */
        @Test
        void webServerDeletesExpiredPictures() throws Exception {
            putOld(P1_E1, 1);
            put(P1_E2, 2);
            TriggerTask task = retentionTask("30d");
            Instant now = Instant.now();
            assertThat(task.getTrigger().nextExecution(new SimpleTriggerContext()))
                    .isBetween(now.plus(Duration.ofMinutes(45)), now.plus(Duration.ofMinutes(76)));

            task.getRunnable().run();

            assertThat(find(P1_E1)).isNull();
            assertThat(find(P1_E2)).isEqualTo(P1_E2);
            assertThat(retentionTask("0").getTrigger().nextExecution(new SimpleTriggerContext()))
                    .as("turned off")
                    .isNull();
        }

        private static TriggerTask retentionTask(String retention) {
            Map<String, String> properties = new HashMap<>(FILES.properties());
            properties.put("mobile-sync.picture-retention", retention);
            return WebServerFixture.shared(properties).bean("retention", TriggerTask.class);
        }

        @Test
        void renewsLeaseWhileListing() throws Exception {
            String lease = RedisKeys.sweepLease("retention");
            List<Long> secondsLeft = new ArrayList<>();
            try (LargeBucket bucket = new LargeBucket(() -> {
                        secondsLeft.add(redis.getExpire(lease));
                        redis.expire(lease, Duration.ofSeconds(30));
                    });
                    CaptureVersions large = new CaptureVersions(
                            StoreProperties.of(bucket.properties(), StoreProperties.KEY_TEMPLATE))) {
                assertThat(retentionRun(large, RETENTION, Clock.systemUTC()).run(report(lines::add)))
                        .isTrue();
            }
            // The first request finds out whether the store lists versions, the second lists the first page.
            assertThat(secondsLeft.subList(3, secondsLeft.size())).isNotEmpty().allMatch(left -> left > 60);
        }
    }

    /** A store with versions, whose second gateway has a slow clock. */
    @Nested
    @NeedsS3Gateway
    @EnabledIf(value = "dev.mobilesync.testsupport.S3Gateway#isBackdatedAvailable", disabledReason = S3Gateway.NO_PAST)
    class Gateway extends RetentionContract {

        private final BackdatedS3Client backdated = new BackdatedS3Client(settings);

        Gateway() {
            super(S3Gateway.properties());
        }

        @Override
        void putOld(CaptureMetadata capture, byte[] picture) throws Exception {
            backdated.put(capture, picture);
        }

        @Test
        void deletesVersionsAndDeleteMarkers() throws Exception {
            putOld(P1_E1, 1);
            putOld(P1_E1, 2);
            backdated.delete(metadata(P1_E1, 2));
            putOld(P1_E2, 3);
            put(P1_E2, 4);

            RetentionReport dryRun = new RetentionReport(true, lines::add, listed -> {});
            assertThat(retentionRun().run(dryRun)).isTrue();
            assertThat(dryRun)
                    .hasToString(
                            "3 pictures and 1 delete markers would be deleted, 0 held, 0 no captures, 0 remaining");

            RetentionReport report = run();

            assertThat(report)
                    .hasToString("3 pictures and 1 delete markers deleted, 0 held, 0 no captures, 0 remaining");
            assertThat(versionsOf(P1_E1)).isEmpty();
            assertThat(versionsOf(P1_E2)).singleElement().satisfies(version -> {
                assertThat(version.isLatest()).isTrue();
                assertThat(version.storedAt()).isAfter(Instant.now().minus(Duration.ofDays(1)));
            });
        }

        /** The markers follow all pictures of a page, and are handled in other batches. */
        @Test
        void dryRunCountsMarkersOfManyKeys() throws Exception {
            int keys = 70;
            for (int i = 0; i < keys; i++) {
                ExamineeKey examinee = new ExamineeKey("P001", "MANY" + i);
                putOld(examinee, 1);
                backdated.delete(metadata(examinee, 1));
            }
            List<Integer> listed = new ArrayList<>();
            RetentionReport dryRun = new RetentionReport(true, lines::add, listed::add);
            assertThat(retentionRun().run(dryRun)).isTrue();
            assertThat(listed).as("progress").hasSize(2 * keys).endsWith(2 * keys);
            assertThat(dryRun)
                    .hasToString(keys + " pictures and " + keys
                            + " delete markers would be deleted, 0 held, 0 no captures, 0 remaining");
            assertThat(run())
                    .hasToString(keys + " pictures and " + keys
                            + " delete markers deleted, 0 held, 0 no captures, 0 remaining");
        }

        /** An operator deleted the picture; its delete marker is younger than the retention. */
        @Test
        void deletesHiddenVersionsBeforeTheirMarker() throws Exception {
            putOld(P1_E1, 1);
            new StoredObjects(settings).remove(versions.key(P1_E1));

            run();

            assertThat(versionsOf(P1_E1)).singleElement().matches(CaptureVersions.Version::isDeleteMarker);
        }

        @Test
        void keepsHeldVersionsHidden() throws Exception {
            ExamineeKey sameKey = new ExamineeKey("P002", "E001");
            putOld(P1_E1, 1);
            putOld(sameKey, 2);
            backdated.delete(metadata(sameKey, 2));
            holds.put("P001");

            RetentionReport report = run();

            assertThat(report)
                    .hasToString("1 pictures and 0 delete markers deleted, 1 held, 0 no captures, 0 remaining");
            assertThat(versionsOf(P1_E1)).hasSize(2);
            assertThat(find(P1_E1))
                    .as("the delete marker still hides the held picture")
                    .isNull();
        }

        /** More than one page of the list, which shrinks meanwhile. */
        @Tag("slow")
        @Test
        void deletesManyVersions() throws Exception {
            for (int i = 0; i < 1_100; i++) {
                backdated.put(metadata(new ExamineeKey("P001", "E" + i), 1), new byte[] {1});
            }

            RetentionReport report = run();

            assertThat(report.totalDeleted()).isEqualTo(1_100);
        }
    }
}
