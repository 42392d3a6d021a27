package dev.mobilesync.web.retention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.testsupport.Digests;
import dev.mobilesync.testsupport.Jpegs;
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
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.StringRedisTemplate;

/** Pictures that are really old in a store, and the retention that deletes them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class RetentionFixture {

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

    RetentionFixture(Map<String, String> store) {
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

    RetentionReport run() throws Exception {
        RetentionReport report = report(lines::add);
        assertThat(retentionRun().run(report)).isTrue();
        return report;
    }

    RetentionRun retentionRun() {
        return retentionRun(versions, RETENTION, Clock.systemUTC());
    }

    /** A separate instance, as each has its own lease. */
    RetentionRun retentionRun(CaptureVersions captures, Duration retention, Clock clock) {
        return new RetentionRun(captures, holds, redis, retention, Duration.ZERO, clock);
    }

    static RetentionReport report(Consumer<String> lines) {
        return new RetentionReport(false, lines, listed -> {});
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
