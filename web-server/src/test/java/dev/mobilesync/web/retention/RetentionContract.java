package dev.mobilesync.web.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.testsupport.Digests;
import dev.mobilesync.testsupport.Jpegs;
import dev.mobilesync.testsupport.NetworkProxy;
import dev.mobilesync.testsupport.RedisUris;
import dev.mobilesync.web.StoreProperties;
import dev.mobilesync.web.WebServerBackends;
import dev.mobilesync.web.common.TimeLimit;
import dev.mobilesync.web.common.WebServerProperties;
import dev.mobilesync.web.store.CaptureMetadata;
import dev.mobilesync.web.store.CaptureStore;
import dev.mobilesync.web.store.CaptureVersions;
import dev.mobilesync.web.store.RetentionHolds;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.StringRedisTemplate;

/** The retention with pictures that are really old in the store. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(OutputCaptureExtension.class)
abstract class RetentionContract {

    static final Duration RETENTION = Duration.ofDays(30);
    static final Duration LIMIT = Duration.ofSeconds(20);
    static final ExamineeKey P1_E1 = new ExamineeKey("P001", "E001");
    static final ExamineeKey P1_E2 = new ExamineeKey("P001", "E002");
    static final ExamineeKey P2_E3 = new ExamineeKey("P002", "E003");

    final Map<String, String> servers = new TreeMap<>(WebServerBackends.open().properties());
    final WebServerProperties.Store settings;
    final CaptureStore pictures;
    final CaptureVersions versions;
    final RetentionHolds holds;
    final StringRedisTemplate redis;
    private final LettuceConnectionFactory connections;
    final List<String> lines = new ArrayList<>();

    RetentionContract(Map<String, String> store) {
        servers.putAll(store);
        settings = StoreProperties.of(servers, StoreProperties.KEY_TEMPLATE);
        pictures = new CaptureStore(settings, 4, new SimpleMeterRegistry());
        versions = new CaptureVersions(settings);
        holds = new RetentionHolds(settings);
        connections =
                new LettuceConnectionFactory(LettuceConnectionFactory.createRedisConfiguration(RedisUris.of(servers)));
        connections.start();
        redis = new StringRedisTemplate(connections);
        redis.afterPropertiesSet();
    }

    /** Stores a picture more than 30 days ago, by the store's clock. */
    abstract void putOld(CaptureMetadata capture, byte[] picture) throws Exception;

    @BeforeAll
    void ensureBucket() throws Exception {
        pictures.ensureBucket(TimeLimit.in(LIMIT));
    }

    @BeforeEach
    void clear() throws Exception {
        WebServerBackends.removeAll(versions);
        for (String planId : holds.list().keySet()) {
            holds.remove(planId);
        }
        redis.delete(Objects.requireNonNull(redis.keys("*")));
        lines.clear();
    }

    @AfterAll
    void close() {
        pictures.close();
        versions.close();
        holds.close();
        connections.destroy();
    }

    @Test
    void deletesExpiredPicturesOnly(CapturedOutput output) throws Exception {
        putOld(P1_E1, 1);
        put(P1_E2, 2);

        RetentionReport report = run();

        assertThat(find(P1_E1)).isNull();
        assertThat(find(P1_E2)).isEqualTo(P1_E2);
        assertThat(report).hasToString("1 pictures and 0 delete markers deleted, 0 held, 0 no captures, 0 remaining");
        assertThat(output.getAll())
                .containsPattern("time=\\d{4}-\\S+Z action=start-expire role=system who=retention plan=P001"
                        + " examinee=E001 pictures=1\n")
                .containsPattern("time=\\d{4}-\\S+Z action=expire role=system who=retention plan=P001 examinee=E001"
                        + " deleted=1 remaining=0\n")
                .doesNotContain("examinee=E002");
    }

    @Test
    void keepsPicturesOfHeldPlan() throws Exception {
        putOld(P1_E1, 1);
        putOld(P2_E3, 2);
        holds.put("P001");
        assertThat(holds.list()).containsOnlyKeys("P001");

        run();

        assertThat(find(P1_E1)).isEqualTo(P1_E1);
        assertThat(find(P2_E3)).isNull();
        assertThat(lines)
                .anyMatch(line -> line.startsWith("held: ") && line.endsWith("E001/sync_cap.jpg of plan P001"));

        holds.remove("P001");
        assertThat(holds.list()).isEmpty();
        run();
        assertThat(find(P1_E1)).isNull();
    }

    /** An object among the holds that names no plan may be a mistyped hold. */
    @Test
    void deletesNothingWithoutHolds() throws Exception {
        putOld(P1_E1, 1);
        StoredObjects objects = new StoredObjects(settings);
        objects.put("retention-holds/plan=P 001");
        try {
            assertThatThrownBy(this::run)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("is not the hold of a plan");
            assertThat(find(P1_E1)).isEqualTo(P1_E1);
        } finally {
            objects.remove("retention-holds/plan=P 001");
        }
        run();
        assertThat(find(P1_E1)).isNull();
    }

    @Test
    void deletesNothingWithWrongClock() throws Exception {
        put(P1_E1, 1);
        Clock inMonths = Clock.offset(Clock.systemUTC(), Duration.ofDays(100));
        assertThatThrownBy(() -> sweep(versions, RETENTION, inMonths).run(report(lines::add)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("the clock differs");
        assertThat(find(P1_E1)).isEqualTo(P1_E1);
    }

    @Test
    void keepsObjectsOfOthers() throws Exception {
        StoredObjects objects = new StoredObjects(settings);
        objects.put("E009/sync_cap.jpg");
        objects.put("somewhere/else.jpg");

        // Everything that exists is expired.
        RetentionReport report = report(lines::add);
        sweep(versions, Duration.ofHours(-1), Clock.systemUTC()).run(report);

        assertThat(objects.exists("E009/sync_cap.jpg")).isTrue();
        assertThat(objects.exists("somewhere/else.jpg")).isTrue();
        assertThat(report).hasToString("0 pictures and 0 delete markers deleted, 0 held, 1 no captures, 0 remaining");
        objects.remove("somewhere/else.jpg");
    }

    @Test
    void runsOnOneInstanceAtATime() throws Exception {
        putOld(P1_E1, 1);
        List<Boolean> others = new ArrayList<>();

        assertThat(sweep().run(report(line -> others.add(runOther())))).isTrue();

        assertThat(others).containsExactly(false);
        assertThat(sweep().run(report(lines::add)))
                .as("the lease is free again")
                .isTrue();
    }

    private boolean runOther() {
        try {
            return sweep().run(report(line -> {}));
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void stopsIfAnotherInstanceTookOver() throws Exception {
        putOld(P1_E1, 1);
        putOld(P1_E2, 2);

        assertThatThrownBy(() -> sweep().run(report(
                        line -> redis.opsForValue().set("mobile_sync:sweep:retention:lease", "another instance"))))
                .isInstanceOf(RetentionSweep.LeaseLostException.class);

        assertThat(redis.opsForValue().get("mobile_sync:sweep:retention:lease")).isEqualTo("another instance");
        assertThat(find(P1_E1)).isNull();
        assertThat(find(P1_E2)).isEqualTo(P1_E2);
    }

    @Test
    void keepsUploadDuringRun() throws Exception {
        putOld(P1_E1, 1);
        putOld(P1_E2, 2);
        AtomicBoolean uploaded = new AtomicBoolean();

        sweep().run(report(line -> {
            if (!uploaded.getAndSet(true)) {
                put(P1_E2, 3);
            }
        }));

        assertThat(find(P1_E1)).isNull();
        try (var content = Objects.requireNonNull(pictures.open(P1_E2, null)).content()) {
            assertThat(content.readAllBytes()).isEqualTo(Jpegs.picture(64, 48, 3));
        }
    }

    @Test
    void resumesAfterStoreOutage(CapturedOutput output) throws Exception {
        putOld(P1_E1, 1);
        putOld(P1_E2, 2);
        put(P2_E3, 3);
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        URI endpoint = settings.endpoint();
        try (NetworkProxy proxy = new NetworkProxy(endpoint.getHost(), endpoint.getPort())) {
            Map<String, String> proxied = new HashMap<>(servers);
            proxied.put("mobile-sync.store.endpoint", "http://127.0.0.1:" + proxy.port());
            try (CaptureVersions breakable =
                    new CaptureVersions(StoreProperties.of(proxied, StoreProperties.KEY_TEMPLATE))) {
                RetentionSweep sweep = sweep(breakable, RETENTION, Clock.systemUTC());
                assertThatThrownBy(() -> sweep.run(report(line -> proxy.cut())))
                        .isInstanceOf(CompletionException.class)
                        .hasRootCauseInstanceOf(java.io.IOException.class);
                assertThat(find(P1_E1)).isNull();
                assertThat(find(P1_E2)).isEqualTo(P1_E2);

                RetentionJob job = new RetentionJob(sweep, meters);
                job.runOnce();
                assertThat(runs(meters, "failed")).isEqualTo(1);
                assertThat(output.getAll()).contains("retention stopped after 0 pictures");
                proxy.reset();
                job.runOnce();
            }
        }
        assertThat(find(P1_E2)).isNull();
        assertThat(find(P2_E3)).isEqualTo(P2_E3);
        assertThat(runs(meters, "failed")).isEqualTo(1);
        assertThat(runs(meters, "done")).isEqualTo(1);
        assertThat(meters.get("mobile.sync.retention.deleted").counter().count())
                .isEqualTo(1);
    }

    private static double runs(SimpleMeterRegistry meters, String outcome) {
        return meters.get("mobile.sync.retention.runs")
                .tag("outcome", outcome)
                .counter()
                .count();
    }

    @Test
    void restsOnceNothingIsLeft() throws Exception {
        putOld(P1_E1, 1);
        assertThat(sweep().runIfDue(Duration.ofMinutes(1), report(lines::add))).isTrue();
        assertThat(find(P1_E1)).isNull();
        assertThat(sweep().runIfDue(Duration.ofMinutes(1), report(lines::add)))
                .as("looks again after it deleted something")
                .isTrue();
        assertThat(sweep().runIfDue(Duration.ofMinutes(1), report(lines::add))).isFalse();
    }

    RetentionReport run() throws Exception {
        RetentionReport report = report(lines::add);
        assertThat(sweep().run(report)).isTrue();
        return report;
    }

    RetentionSweep sweep() {
        return sweep(versions, RETENTION, Clock.systemUTC());
    }

    /** A separate instance, as each has its own lease. */
    private RetentionSweep sweep(CaptureVersions captures, Duration retention, Clock clock) {
        return new RetentionSweep(captures, holds, redis, retention, Duration.ZERO, clock);
    }

    static RetentionReport report(Consumer<String> lines) {
        return new RetentionReport(false, lines);
    }

    void putOld(ExamineeKey examinee, int seed) throws Exception {
        putOld(metadata(examinee, seed), Jpegs.picture(64, 48, seed));
        assertThat(versionsOf(examinee))
                .anyMatch(version -> !version.isDeleteMarker()
                        && version.storedAt().isBefore(Instant.now().minus(Duration.ofDays(39))));
    }

    void put(ExamineeKey examinee, int seed) {
        try {
            pictures.put(metadata(examinee, seed), Jpegs.picture(64, 48, seed), TimeLimit.in(LIMIT));
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    static CaptureMetadata metadata(ExamineeKey examinee, int seed) {
        String sha256 = Digests.sha256(Jpegs.picture(64, 48, seed));
        return new CaptureMetadata(
                examinee, "M001", Instant.now().truncatedTo(ChronoUnit.MILLIS), sha256, sha256, null, null);
    }

    /** The examinee of the current picture under the examinee's key. */
    @Nullable
    ExamineeKey find(ExamineeKey examinee) throws Exception {
        CaptureStore.Stored found = pictures.find(examinee, TimeLimit.in(LIMIT));
        return found == null ? null : found.metadata().examinee();
    }

    List<CaptureVersions.Version> versionsOf(ExamineeKey examinee) throws Exception {
        List<CaptureVersions.Version> found = new ArrayList<>();
        versions.list(versions.key(examinee), found::add);
        return found;
    }
}
