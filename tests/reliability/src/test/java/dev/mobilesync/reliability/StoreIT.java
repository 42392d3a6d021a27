package dev.mobilesync.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The object store is slow, hangs, refuses, aborts or is full: uploads get 503 in bounded time, and nothing is published. */
@WithCluster
class StoreIT {

    private static final String STORE_FAILED = "CAPTURE_STORE_FAILED";
    private static final Duration SLOW = Duration.ofSeconds(6);
    private static final int SOME_BYTES = 60;

    @Test
    void recoversFromSlowStore(TestCluster cluster) throws Exception {
        FaultScenario.run(cluster, "S3 server slow", LoadProfile.usual(), scenario -> {
            scenario.awaitCaptured(25);
            scenario.fault("each of its answers takes 6 s longer", () -> cluster.webServers()
                    .forEach(web -> web.store().answers().delay(SLOW)));
            awaitRefusals(scenario);
            scenario.fault("quick again", () -> cluster.webServers().forEach(ServiceInstance::restoreConnections));
        });
    }

    @Test
    void recoversFromHangingStore(TestCluster cluster) throws Exception {
        FaultScenario.run(cluster, "S3 server hangs", LoadProfile.usual(), scenario -> {
            scenario.awaitCaptured(25);
            scenario.fault("SIGSTOP", cluster.store()::suspend);
            awaitRefusals(scenario);
            scenario.fault("SIGCONT", cluster.store()::resume);
        });
    }

    @Test
    void recoversFromRefusingStore(TestCluster cluster) throws Exception {
        FaultScenario.run(cluster, "S3 server says 503", LoadProfile.usual(), scenario -> {
            scenario.awaitCaptured(25);
            HttpServer[] refusing = new HttpServer[1];
            scenario.fault(
                    "503 SlowDown to everything",
                    () -> refusing[0] = cluster.store().replaceByRefusing());
            awaitRefusals(scenario);
            scenario.fault("the real one again", () -> {
                refusing[0].stop(0);
                cluster.store().restart();
            });
        });
    }

    @Test
    void recoversFromAbortedResponses(TestCluster cluster) throws Exception {
        FaultScenario.run(cluster, "S3 server breaks off in mid-answer", LoadProfile.usual(), scenario -> {
            scenario.awaitCaptured(25);
            scenario.fault("each connection ends after 60 bytes of an answer", () -> {});
            scenario.await("refusals", () -> {
                for (ServiceInstance web : cluster.webServers()) {
                    web.store().answers().blackholeAfter(SOME_BYTES);
                }
                scenario.waitFor(Duration.ofMillis(300));
                cluster.webServers().forEach(web -> web.store().drop());
                return scenario.wereRefused(STORE_FAILED);
            });
            awaitRefusals(scenario);
            scenario.fault(
                    "whole answers again", () -> cluster.webServers().forEach(ServiceInstance::restoreConnections));
        });
    }

    @Test
    void recoversFromFullStore(TestCluster cluster) throws Exception {
        try {
            FaultScenario.run(cluster, "S3 server's disk full", LoadProfile.usual(), scenario -> {
                scenario.awaitCaptured(25);
                scenario.fault("it can write no file of more than 1 KiB", cluster.store()::fillDisk);
                awaitRefusals(scenario);
                scenario.fault("it can again", cluster.store()::freeDisk);
            });
        } finally {
            cluster.store().freeDisk();
        }
    }

    /** Asserts that examinees without a successful upload are not completed. */
    private static void awaitRefusals(FaultScenario scenario) {
        scenario.awaitRefused(STORE_FAILED);
        List<Event.Answered> answers =
                scenario.history().of(Event.Answered.class).toList();
        Set<ExamineeKey> others = answers.stream()
                .filter(answer -> !STORE_FAILED.equals(answer.code()))
                .map(Event.Answered::examinee)
                .collect(Collectors.toSet());
        List<ExamineeKey> refused = answers.stream()
                .map(Event.Answered::examinee)
                .filter(examinee -> !others.contains(examinee))
                .distinct()
                .toList();
        assertThat(refused).isNotEmpty();
        scenario.probe().records(refused).forEach((examinee, record) -> assertThat(record.status())
                .as(examinee.member())
                .isNotEqualTo(Status.COMPLETED));
        assertThat(scenario.broadcasts().since(Instant.EPOCH, Status.COMPLETED, refused))
                .isEmpty();
        scenario.note("%d examinees refused, none of them completed meanwhile", refused.size());
    }
}
