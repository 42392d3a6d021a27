package dev.mobilesync.web.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mobilesync.service.redis.RedisLease;
import dev.mobilesync.testsupport.Jpegs;
import dev.mobilesync.testsupport.NetworkProxy;
import dev.mobilesync.web.StoreProperties;
import dev.mobilesync.web.store.CaptureVersions;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** The retention with pictures that are really old in the store. */
@ExtendWith(OutputCaptureExtension.class)
abstract class RetentionContract extends RetentionFixture {

    RetentionContract(Map<String, String> store) {
        super(store);
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
        assertThat(lines).anyMatch(line -> line.matches("held: .*/E001/sync_cap.jpg.* of plan P001"));

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
        assertThatThrownBy(() -> retentionRun(versions, RETENTION, inMonths).run(report(lines::add)))
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
        retentionRun(versions, Duration.ofHours(-1), Clock.systemUTC()).run(report);

        assertThat(objects.exists("E009/sync_cap.jpg")).isTrue();
        assertThat(objects.exists("somewhere/else.jpg")).isTrue();
        assertThat(report).hasToString("0 pictures and 0 delete markers deleted, 0 held, 1 no captures, 0 remaining");
        objects.remove("somewhere/else.jpg");
    }

    @Test
    void runsOnOneInstanceAtATime() throws Exception {
        putOld(P1_E1, 1);
        List<Boolean> others = new ArrayList<>();

        assertThat(retentionRun().run(report(line -> others.add(runOther())))).isTrue();

        assertThat(others).containsExactly(false);
        assertThat(retentionRun().run(report(lines::add)))
                .as("the lease is free again")
                .isTrue();
    }

    private boolean runOther() {
        try {
            return retentionRun().run(report(line -> {}));
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void stopsIfAnotherInstanceTookOver() throws Exception {
        putOld(P1_E1, 1);
        putOld(P1_E2, 2);

        assertThatThrownBy(() -> retentionRun().run(report(line -> redis.opsForValue()
                        .set("mobile_sync:sweep:retention:lease", "another instance"))))
                .isInstanceOf(RedisLease.LeaseLostException.class);

        assertThat(redis.opsForValue().get("mobile_sync:sweep:retention:lease")).isEqualTo("another instance");
        assertThat(find(P1_E1)).isNull();
        assertThat(find(P1_E2)).isEqualTo(P1_E2);
    }

    @Test
    void keepsUploadDuringRun() throws Exception {
        putOld(P1_E1, 1);
        putOld(P1_E2, 2);
        AtomicBoolean uploaded = new AtomicBoolean();

        retentionRun().run(report(line -> {
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
                RetentionRun retentionRun = retentionRun(breakable, RETENTION, Clock.systemUTC());
                assertThatThrownBy(() -> retentionRun.run(report(line -> proxy.cut())))
                        .isInstanceOf(CompletionException.class)
                        .hasRootCauseInstanceOf(java.io.IOException.class);
                assertThat(find(P1_E1)).isNull();
                assertThat(find(P1_E2)).isEqualTo(P1_E2);

                RetentionJob job = new RetentionJob(retentionRun, meters);
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
        assertThat(retentionRun().runIfDue(Duration.ofMinutes(1), report(lines::add)))
                .isTrue();
        assertThat(find(P1_E1)).isNull();
        assertThat(retentionRun().runIfDue(Duration.ofMinutes(1), report(lines::add)))
                .as("looks again after it deleted something")
                .isTrue();
        assertThat(retentionRun().runIfDue(Duration.ofMinutes(1), report(lines::add)))
                .isFalse();
    }
}
