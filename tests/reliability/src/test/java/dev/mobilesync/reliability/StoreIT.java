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

/** The object store is slow, hangs, rejects requests, aborts responses or is full: uploads get 503 in bounded time, and nothing is published. */
@WithCluster
class StoreIT {

    private static final String STORE_FAILED = "CAPTURE_STORE_FAILED";
    private static final Duration SLOW = Duration.ofSeconds(6);
    private static final int BYTES_BEFORE_CLOSE = 60;

    @Test
    void recoversFromSlowStore(TestCluster cluster) throws Exception {
        FaultScenario.run(cluster, ScenarioName.STORE_SLOW, LoadProfile.usual(), scenario -> {
            scenario.awaitCaptured(25);
            scenario.fault("delay all data from the store by 6 s", () -> cluster.webServers()
                    .forEach(web -> web.store().responses().delay(SLOW)));
            awaitRejectedUploads(scenario);
            scenario.fault(
                    "restore the connections", () -> cluster.webServers().forEach(ServiceInstance::restoreConnections));
        });
    }

    @Test
    void recoversFromHangingStore(TestCluster cluster) throws Exception {
        FaultScenario.run(cluster, ScenarioName.STORE_HANGS, LoadProfile.usual(), scenario -> {
            scenario.awaitCaptured(25);
            scenario.fault("SIGSTOP store", cluster.store()::suspend);
            awaitRejectedUploads(scenario);
            scenario.fault("SIGCONT store", cluster.store()::resume);
        });
    }

    @Test
    void recoversFromErrorsOfStore(TestCluster cluster) throws Exception {
        FaultScenario.run(cluster, ScenarioName.STORE_REJECTS, LoadProfile.usual(), scenario -> {
            scenario.awaitCaptured(25);
            HttpServer[] rejecting = new HttpServer[1];
            scenario.fault(
                    "replace the store by a server that answers 503 SlowDown",
                    () -> rejecting[0] = cluster.store().replaceByRejecting());
            awaitRejectedUploads(scenario);
            scenario.fault("restart the store", () -> {
                rejecting[0].stop(0);
                cluster.store().restart();
            });
        });
    }

    @Test
    void recoversFromAbortedResponses(TestCluster cluster) throws Exception {
        FaultScenario.run(cluster, ScenarioName.STORE_ABORTS, LoadProfile.usual(), scenario -> {
            scenario.awaitCaptured(25);
            scenario.fault("close each connection after 60 bytes of a response", () -> {});
            scenario.await("rejected uploads", () -> {
                for (ServiceInstance web : cluster.webServers()) {
                    web.store().responses().blackholeAfter(BYTES_BEFORE_CLOSE);
                }
                scenario.waitFor(Duration.ofMillis(300));
                cluster.webServers().forEach(web -> web.store().drop());
                return scenario.wereRejected(STORE_FAILED);
            });
            awaitRejectedUploads(scenario);
            scenario.fault(
                    "restore the connections", () -> cluster.webServers().forEach(ServiceInstance::restoreConnections));
        });
    }

    @Test
    void recoversFromFullStore(TestCluster cluster) throws Exception {
        try {
            FaultScenario.run(cluster, ScenarioName.STORE_FULL, LoadProfile.usual(), scenario -> {
                scenario.awaitCaptured(25);
                scenario.fault("limit the store to files of 1 KiB", cluster.store()::fillDisk);
                awaitRejectedUploads(scenario);
                scenario.fault("remove the limit", cluster.store()::freeDisk);
            });
        } finally {
            cluster.store().freeDisk();
        }
    }

    /** Asserts that examinees without a successful upload are not completed. */
    private static void awaitRejectedUploads(FaultScenario scenario) {
        scenario.awaitRejected(STORE_FAILED);
        List<Event.Answered> responses =
                scenario.history().of(Event.Answered.class).toList();
        Set<ExamineeKey> others = responses.stream()
                .filter(response -> !STORE_FAILED.equals(response.code()))
                .map(Event.Answered::examinee)
                .collect(Collectors.toSet());
        List<ExamineeKey> rejected = responses.stream()
                .map(Event.Answered::examinee)
                .filter(examinee -> !others.contains(examinee))
                .distinct()
                .toList();
        assertThat(rejected).isNotEmpty();
        scenario.probe().records(rejected).forEach((examinee, record) -> assertThat(record.status())
                .as(examinee.qualifiedId())
                .isNotEqualTo(Status.COMPLETED));
        assertThat(scenario.broadcasts().since(Instant.EPOCH, Status.COMPLETED, rejected))
                .isEmpty();
        scenario.note("%d examinees rejected, none of them completed meanwhile", rejected.size());
    }
}
