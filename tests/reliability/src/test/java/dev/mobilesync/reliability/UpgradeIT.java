package dev.mobilesync.reliability;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.MobileSyncOrder;
import dev.mobilesync.messages.Status;
import dev.mobilesync.messages.SyncRecord;
import dev.mobilesync.reliability.ServiceInstance.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * The services are replaced one after the other by those of another release, in the sequence of docs/operations.md, while examinees
 * complete the whole step: pairing, waiting, upload; a proctor looks at pictures, orders retakes, sets deadlines, and accepts steps
 * that have timed out. The order of the tests saves restarts: each starts where the other one ends.
 */
@WithCluster
@TestMethodOrder(OrderAnnotation.class)
class UpgradeIT {

    private static final LoadProfile LOAD = LoadProfile.of(900, 5).withWholeStep(30, 15);
    /** Uploads after each replacement, while both releases run. */
    private static final int SIDE_BY_SIDE = 10;

    private static final Duration LIMIT = Duration.ofMinutes(5);

    @Test
    @Order(1)
    void rollsBackUnderLoad(TestCluster cluster) throws Exception {
        replace(
                cluster,
                ScenarioName.ROLLBACK,
                Release.current(),
                Release.previous(),
                List.of(Kind.SOCKET, Kind.WEB, Kind.STATE));
    }

    @Test
    @Order(2)
    void upgradesUnderLoad(TestCluster cluster) throws Exception {
        replace(
                cluster,
                ScenarioName.UPGRADE,
                Release.previous(),
                Release.current(),
                List.of(Kind.STATE, Kind.WEB, Kind.SOCKET));
    }

    @AfterAll
    static void restoreCurrentRelease(TestCluster cluster) {
        runOnly(cluster, Release.current());
    }

    private static void runOnly(TestCluster cluster, Release release) {
        List<ServiceInstance> others = cluster.services().stream()
                .filter(service -> !service.release().equals(release))
                .toList();
        others.forEach(ServiceInstance::kill);
        others.forEach(service -> service.changeTo(release));
        others.forEach(ServiceInstance::start);
        cluster.awaitReady();
    }

    private static void replace(TestCluster cluster, ScenarioName name, Release from, Release to, List<Kind> sequence)
            throws Exception {
        runOnly(cluster, from);
        List<ServiceInstance> services = cluster.services().stream()
                .sorted(Comparator.comparing(service -> sequence.indexOf(service.kind())))
                .toList();
        services.forEach(service -> service.changeTo(to));
        List.of(cluster.web(0), cluster.state(0), cluster.socket(0)).forEach(ServiceInstance::prepare);
        FaultScenario.run(cluster, name, LOAD, scenario -> {
            scenario.checkedBy(Checker.strict().withPreviousRelease());
            scenario.awaitCaptured(25);
            Instant start = Instant.now();
            for (ServiceInstance service : services) {
                RollingUpdate.restart(scenario, service);
                long before = scenario.captured();
                scenario.await("uploads beside " + to.name(), () -> scenario.captured() >= before + SIDE_BY_SIDE);
            }
            scenario.note(
                    "from %s to %s: %d instances in %d s",
                    from.name(),
                    to.name(),
                    services.size(),
                    Duration.between(start, Instant.now()).toSeconds());
            scenario.load().endArrivals();
            scenario.await("the end of each step", () -> scenario.load().phonesAreDone(), LIMIT);
            RollingUpdate.assertNoUserImpact(scenario);
            assertOrdersAndBoard(scenario);
        });
    }

    private static void assertOrdersAndBoard(FaultScenario scenario) {
        Map<MobileSyncOrder.Order, Set<ExamineeKey>> ordered = scenario.history()
                .of(Event.Ordered.class)
                .collect(Collectors.groupingBy(
                        Event.Ordered::order, Collectors.mapping(Event.Ordered::examinee, Collectors.toSet())));
        assertThat(ordered)
                .containsOnlyKeys(
                        MobileSyncOrder.Order.RETAKE, MobileSyncOrder.Order.EXTEND, MobileSyncOrder.Order.ACCEPT);
        SimulatedProctor proctor = scenario.load().proctor();
        scenario.await("the board shows each record", () -> proctor.revisions().equals(revisions(scenario)));
        Map<ExamineeKey, SyncRecord> records =
                scenario.probe().records(scenario.load().examinees());
        assertThat(timedOut(scenario)).isEqualTo(ordered.get(MobileSyncOrder.Order.ACCEPT));
        assertThat(scenario.history().of(Event.PictureSeen.class).map(Event.PictureSeen::examinee))
                .containsAll(ordered.get(MobileSyncOrder.Order.RETAKE));
        assertThat(ordered.get(MobileSyncOrder.Order.ACCEPT)).allSatisfy(examinee -> {
            SyncRecord record = requireNonNull(records.get(examinee));
            assertThat(record.status()).isEqualTo(Status.COMPLETED);
            assertThat(record.acceptedReason()).isEqualTo("no phone");
        });
        scenario.note(
                "%d retakes; %d timeouts, then acceptances; the proctor connected %d times",
                requireNonNull(ordered.get(MobileSyncOrder.Order.RETAKE)).size(),
                requireNonNull(ordered.get(MobileSyncOrder.Order.ACCEPT)).size(),
                proctor.connections());
    }

    private static Set<ExamineeKey> timedOut(FaultScenario scenario) {
        return scenario.broadcasts()
                .of(Status.TIMEOUT)
                .map(Event.Published::examinee)
                .collect(Collectors.toSet());
    }

    private static Map<String, Long> revisions(FaultScenario scenario) {
        return scenario.probe().records(scenario.load().examinees()).entrySet().stream()
                .collect(Collectors.toMap(entry -> entry.getKey().examineeId(), entry -> entry.getValue()
                        .revision()));
    }
}
