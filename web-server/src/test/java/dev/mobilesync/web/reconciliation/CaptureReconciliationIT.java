package dev.mobilesync.web.reconciliation;

import static dev.mobilesync.web.WebServerFixture.poll;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.messages.DeviceInfo;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.MobileSyncStatus;
import dev.mobilesync.messages.RedisKeys;
import dev.mobilesync.messages.Status;
import dev.mobilesync.messages.SyncRecord;
import dev.mobilesync.service.publishing.ConfirmedPublisher;
import dev.mobilesync.service.redis.RedisLease;
import dev.mobilesync.testsupport.ApiClient;
import dev.mobilesync.testsupport.Jpegs;
import dev.mobilesync.testsupport.ProxiedServers;
import dev.mobilesync.testsupport.ServerContract;
import dev.mobilesync.web.LargeBucket;
import dev.mobilesync.web.PublishedMessage;
import dev.mobilesync.web.StoreProperties;
import dev.mobilesync.web.StoredRecords;
import dev.mobilesync.web.VersioningStore;
import dev.mobilesync.web.WebServerBackends;
import dev.mobilesync.web.WebServerFixture;
import dev.mobilesync.web.common.TimeLimit;
import dev.mobilesync.web.store.CaptureMetadata;
import dev.mobilesync.web.store.CaptureStore;
import dev.mobilesync.web.store.CaptureVersions;
import dev.mobilesync.web.store.StoreFailedException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.data.redis.core.StringRedisTemplate;

/** The status of orphaned captures is published as the upload would have published it. */
@ServerContract
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CaptureReconciliationIT {

    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final WebServerFixture server = WebServerFixture.behindProxies(WebServerFixture.SHORT_SERVER_LIMITS);
    private final ApiClient api = server.api();
    private final ProxiedServers proxies = server.proxies();
    private final StringRedisTemplate redis = server.bean(StringRedisTemplate.class);
    private String printed = "";

    @AfterEach
    void restore() {
        server.restore();
    }

    /** Captures of other tests would be found, too. */
    @BeforeEach
    void clear() throws Exception {
        WebServerBackends.removeAll(server.bean(CaptureVersions.class));
        server.purgeStatusQueue();
        redis.delete(requireNonNull(redis.keys("*")));
    }

    /** As after a crash between storing and publishing. */
    @Test
    void publishesMessageOfUploadAfterCrash() throws Exception {
        ExamineeKey examinee = new ExamineeKey("S1", "E1");
        proxies.broker().cut();
        HttpResponse<String> refused = api.upload(examinee, "M001", Jpegs.picture(1));
        assertThat(refused.statusCode()).isEqualTo(503);
        proxies.broker().reset();
        server.nextMessage(status -> status.status() == Status.FAILED);
        awaitRepublished(examinee);

        PublishedMessage found = server.nextMessage(status ->
                status.status() == Status.COMPLETED && status.examinee().equals(examinee));
        // A phone that retries publishes the same message.
        poll().untilAsserted(() -> assertThat(
                        api.upload(examinee, "M001", Jpegs.picture(1)).statusCode())
                .isEqualTo(201));
        PublishedMessage again = server.nextMessage(status -> status.status() == Status.COMPLETED);
        assertThat(found.json()).isEqualTo(again.json());
        assertThat(found.properties().getMessageId())
                .isEqualTo(again.properties().getMessageId());
        assertThat(requireNonNull(found.statusMessage().captureInfo()).deviceInfo())
                .isNotNull();
    }

    private void awaitRepublished(ExamineeKey examinee) {
        poll().until(() -> run() == 0 && printed.contains("E1/sync_cap.jpg"));
        assertThat(printed)
                .contains("published again: captures/" + examinee.examineeId() + "/sync_cap.jpg of " + examinee.planId()
                        + "/" + examinee.examineeId() + " (no record)")
                .contains("total: ", "1 found {no record=1}");
    }

    @Test
    void skipsCaptureThatRecordNames() throws Exception {
        MobileSyncStatus status = uploaded(new ExamineeKey("S2", "E2"));
        StoredRecords.write(redis, StoredRecords.completed(status));
        assertThat(run()).isZero();
        assertThat(printed).contains(" 0 found").doesNotContain("published again");
        assertThat(server.pollMessages()).isEmpty();

        redis.delete(RedisKeys.planIndex("S2"));
        assertThat(run()).isZero();
        assertThat(printed).contains("not in the plan's index=1");
        assertThat(server.nextMessage().statusMessage()).isEqualTo(status);
    }

    @Test
    void skipsCaptureFromBeforeRetake() throws Exception {
        MobileSyncStatus status = uploaded(new ExamineeKey("S3", "E3"));
        StoredRecords.write(
                redis,
                SyncRecord.builder(status.examinee())
                        .status(Status.WAITING, "retake", status.timestamp().plusMillis(1))
                        .retake("too dark", status.timestamp().plusMillis(1))
                        .deadline(Instant.now().plusSeconds(300))
                        .build());
        assertThat(run()).isZero();
        assertThat(printed).doesNotContain("published again");
    }

    @Test
    void skipsCaptureOlderThanStateTtl() throws Exception {
        uploaded(new ExamineeKey("S4", "E4"));
        assertThat(run("--mobile-sync.state-ttl=1ms")).isZero();
        assertThat(printed).doesNotContain("published again");
        assertThat(run()).isZero();
        assertThat(printed).contains("E4/sync_cap.jpg");
    }

    @Test
    void inspectsNewCapturesUnlessWatermarkIsLost() throws Exception {
        CaptureReconciliation reconciliation = reconciliation(Duration.ZERO);
        assertThat(reconciliation.reconcileNew(Duration.ZERO, newReport())).isTrue();
        assertThat(reconciliation.reconcileNew(Duration.ofMinutes(2), newReport()))
                .as("another instance ran just now")
                .isFalse();

        uploaded(new ExamineeKey("S5", "E5"));
        Duration hour = Duration.ofHours(1);
        writeWatermark(Instant.now().plus(hour));
        assertThat(findings(reconciliation(
                        server.bean(CaptureVersions.class),
                        Duration.ZERO,
                        Clock.offset(Clock.systemUTC(), hour.multipliedBy(2)))))
                .as("the upload is older than the watermark")
                .isEmpty();
        writeWatermark(Instant.now().plus(hour));
        assertThat(findings(reconciliation))
                .as("a fast clock has set the watermark")
                .singleElement()
                .asString()
                .contains("E5/sync_cap.jpg");
        writeWatermark(Instant.now());
        // One node of a cluster has lost its data.
        redis.delete(RedisKeys.sweepWatermark(7));
        assertThat(findings(reconciliation)).singleElement().asString().contains("E5/sync_cap.jpg");
        assertThat(redis.opsForValue().get(RedisKeys.sweepWatermark(7))).isNotNull();
    }

    private void writeWatermark(Instant time) {
        IntStream.range(0, 32).forEach(i -> redis.opsForValue().set(RedisKeys.sweepWatermark(i), time.toString()));
    }

    private List<String> findings(CaptureReconciliation reconciliation) throws Exception {
        List<String> lines = new ArrayList<>();
        assertThat(reconciliation.reconcileNew(
                        Duration.ofDays(-1), new ReconciliationReport(lines::add, inspected -> {})))
                .isTrue();
        return lines;
    }

    @Test
    void skipsUploadInFlight() throws Exception {
        uploaded(new ExamineeKey("S6", "E6"));
        assertThat(findings(reconciliation(Duration.ofMinutes(1)))).isEmpty();
        redis.delete(requireNonNull(redis.keys("*")));
        assertThat(findings(reconciliation(Duration.ZERO))).hasSize(1);
    }

    @Test
    void runsOnOneInstanceAtATime() throws Exception {
        RedisLease other = new RedisLease(redis, RedisKeys.sweepLease("pictures"), Duration.ofMinutes(1));
        assertThat(other.tryAcquire()).isTrue();
        assertThat(run()).isEqualTo(3);
        assertThat(printed).contains("another sweep is running");
        assertThat(reconciliation(Duration.ZERO).reconcileNew(Duration.ZERO, newReport()))
                .isFalse();
        assertThat(other.renew()).isTrue();
        other.release();
        assertThat(other.renew()).isFalse();
        assertThat(run()).isZero();
    }

    @Test
    void renewsLeaseWhileListing() throws Exception {
        String lease = RedisKeys.sweepLease("pictures");
        List<Long> secondsLeft = new ArrayList<>();
        try (LargeBucket bucket = new LargeBucket(() -> {
                    secondsLeft.add(redis.getExpire(lease));
                    redis.expire(lease, Duration.ofSeconds(30));
                });
                CaptureVersions captures =
                        new CaptureVersions(StoreProperties.of(bucket.properties(), StoreProperties.KEY_TEMPLATE))) {
            assertThat(reconciliation(captures, Duration.ZERO, Clock.systemUTC())
                            .reconcileAll(newReport()))
                    .isTrue();
        }
        // The first request finds out whether the store lists versions, the second lists the first page.
        assertThat(secondsLeft.subList(3, secondsLeft.size())).isNotEmpty().allMatch(left -> left > 60);
    }

    @Test
    void runsOncePerIntervalOfAllInstances() {
        Duration interval = Duration.ofMinutes(4);
        Duration shortest = Duration.ofMinutes(3);
        Instant start = Instant.now();
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        assertThat(List.of(Duration.ZERO, shortest.minusSeconds(1), shortest, shortest.plusMinutes(2)).stream()
                        .map(at -> sweepsAfterRunOfInstance(start.plus(at), interval, meters)))
                .containsExactly(1.0, 1.0, 2.0, 2.0);
    }

    private double sweepsAfterRunOfInstance(Instant now, Duration interval, SimpleMeterRegistry meters) {
        CaptureReconciliation instance =
                reconciliation(server.bean(CaptureVersions.class), Duration.ZERO, Clock.fixed(now, ZoneOffset.UTC));
        new ReconciliationJob(instance, meters, interval).runOnce();
        return sweeps(meters, "done");
    }

    private static double sweeps(SimpleMeterRegistry meters, String outcome) {
        return meters.get("mobile.sync.sweeps")
                .tag("outcome", outcome)
                .counter()
                .count();
    }

    @Test
    void publishesOthersDespiteUnreadableRecords() throws Exception {
        MobileSyncStatus archived = uploaded(new ExamineeKey("S8", "E1"));
        uploaded(new ExamineeKey("S8", "E2"));
        uploaded(new ExamineeKey("S9", "E3"));
        uploaded(new ExamineeKey("S10", "E4"));
        StoredRecords.write(redis, StoredRecords.completed(archived));
        redis.opsForHash().put(RedisKeys.record(archived.examinee()), "status", "ARCHIVED");
        redis.opsForValue().set(RedisKeys.record(new ExamineeKey("S8", "E2")), "not a hash");
        redis.opsForValue().set(RedisKeys.planIndex("S9"), "not a sorted set");

        assertThat(run()).isEqualTo(1);
        assertThat(printed)
                .contains("S10/E4 (no record)", "total: ", "record of ", "S8/E1", "S8/E2", "index of ", "S9/E3")
                .doesNotContain("NOT COMPLETE");
        assertThat(server.nextMessage().statusMessage().examinee()).isEqualTo(new ExamineeKey("S10", "E4"));
        assertThat(server.pollMessages()).isEmpty();

        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        new ReconciliationJob(reconciliation(Duration.ZERO), meters, Duration.ofMinutes(4)).runOnce();
        assertThat(sweeps(meters, "incomplete")).isEqualTo(1);
        assertThat(sweeps(meters, "done")).isZero();
    }

    @Test
    void reportsOutageAndSucceedsAfterwards() throws Exception {
        uploaded(new ExamineeKey("S7", "E7"));
        proxies.redis().cut();
        assertThat(run()).isEqualTo(1);
        assertThat(printed).containsAnyOf("NOT COMPLETE", "failed: ");
        proxies.redis().reset();
        proxies.store().cut();
        assertThat(run()).isEqualTo(1);
        proxies.store().reset();
        poll().until(() -> run() == 0);
    }

    @Test
    void publishesNewestVersionOfEachPlanOfSharedKey() throws Exception {
        ExamineeKey one = new ExamineeKey("V1", "E001");
        ExamineeKey other = new ExamineeKey("V2", "E001");
        Map<String, String> versioning = VersioningStore.start().properties();
        try (CaptureStore store = new CaptureStore(
                StoreProperties.of(versioning, StoreProperties.KEY_TEMPLATE), 4, new SimpleMeterRegistry())) {
            Instant now = Instant.now();
            put(store, one, now.minusSeconds(5));
            put(store, one, now.minusSeconds(3));
            put(store, other, now);
            assertThat(run("--mobile-sync.store.endpoint=" + versioning.get("mobile-sync.store.endpoint")))
                    .as(printed)
                    .isZero();
        }
        assertThat(printed).contains("V1/E001 (no record)", "V2/E001 (no record)", "3 captures inspected, 2 found");
        Map<String, String> versions = Map.of("V1", "v1", "V2", "v2");
        for (int i = 0; i < 2; i++) {
            MobileSyncStatus status = server.nextMessage().statusMessage();
            assertThat(requireNonNull(status.captureInfo()).imageVersion()).isEqualTo(versions.get(status.planId()));
        }
    }

    private static void put(CaptureStore store, ExamineeKey examinee, Instant at) throws StoreFailedException {
        CaptureMetadata metadata =
                new CaptureMetadata(examinee, "M001", at, "00", "00", null, new DeviceInfo("iPhone 12", "iOS 15.0"));
        store.put(metadata, Jpegs.picture(64, 48, 1), TimeLimit.in(LIMIT));
    }

    private CaptureReconciliation reconciliation(Duration uploadTimeout) {
        return reconciliation(server.bean(CaptureVersions.class), uploadTimeout, Clock.systemUTC());
    }

    private CaptureReconciliation reconciliation(CaptureVersions captures, Duration uploadTimeout, Clock clock) {
        return new CaptureReconciliation(
                captures, redis, server.bean(ConfirmedPublisher.class), Duration.ofDays(7), uploadTimeout, clock);
    }

    private static ReconciliationReport newReport() {
        return new ReconciliationReport(line -> {}, inspected -> {});
    }

    /** Uploads, and consumes the message like a state-manager. */
    private MobileSyncStatus uploaded(ExamineeKey examinee) {
        assertThat(api.upload(examinee, "M001", Jpegs.picture(1)).statusCode()).isEqualTo(201);
        return server.nextMessage().statusMessage();
    }

    /** Runs the command with this service's properties. */
    private int run(String... more) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        List<String> arguments = new ArrayList<>(List.of("--sweep"));
        arguments.addAll(server.arguments());
        for (String other : more) {
            arguments.removeIf(argument -> argument.startsWith(other.substring(0, other.indexOf('=') + 1)));
            arguments.add(other);
        }
        int exit =
                SweepOption.run(new PrintStream(bytes, true, StandardCharsets.UTF_8), arguments.toArray(String[]::new));
        printed = bytes.toString(StandardCharsets.UTF_8);
        return exit;
    }
}
