package dev.mobilesync.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * The services are replaced one after the other by those of another release, while examinees complete the whole step: pairing,
 * waiting, upload, a retake that a proctor orders. The order of the tests saves restarts: each starts where the other one ends.
 */
@WithCluster
@TestMethodOrder(OrderAnnotation.class)
class UpgradeIT {

    private static final LoadProfile LOAD = LoadProfile.of(900, 5).withWholeStep(30);
    /** Uploads while both releases run: some seconds. */
    private static final int SIDE_BY_SIDE = 40;

    private static final Duration LIMIT = Duration.ofMinutes(5);

    @Test
    @Order(1)
    void rollsBackUnderLoad(TestCluster cluster) throws Exception {
        replace(cluster, ScenarioName.ROLLBACK, Release.current(), Release.previous());
    }

    @Test
    @Order(2)
    void upgradesUnderLoad(TestCluster cluster) throws Exception {
        replace(cluster, ScenarioName.UPGRADE, Release.previous(), Release.current());
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

    private static void replace(TestCluster cluster, ScenarioName name, Release from, Release to) throws Exception {
        runOnly(cluster, from);
        List<ServiceInstance> first = List.of(cluster.web(0), cluster.state(0), cluster.socket(0));
        first.forEach(service -> service.changeTo(to));
        first.forEach(ServiceInstance::prepare);
        FaultScenario.run(cluster, name, LOAD, scenario -> {
            scenario.checkedBy(Checker.strict().withPreviousRelease());
            scenario.awaitCaptured(25);
            Instant start = Instant.now();
            first.forEach(service -> replace(scenario, service, to));
            long before = scenario.captured();
            scenario.await("uploads beside " + to.name(), () -> scenario.captured() >= before + SIDE_BY_SIDE);
            cluster.services().stream()
                    .filter(service -> !first.contains(service))
                    .forEach(service -> replace(scenario, service, to));
            scenario.note(
                    "from %s to %s: %d instances in %d s",
                    from.name(),
                    to.name(),
                    cluster.services().size(),
                    Duration.between(start, Instant.now()).toSeconds());
            scenario.load().endArrivals();
            scenario.await("201 for each picture", () -> scenario.load().phonesAreDone(), LIMIT);
            RollingUpdate.assertNoUserImpact(scenario);
            assertRetakesAndBoard(scenario);
        });
    }

    private static void replace(FaultScenario scenario, ServiceInstance service, Release to) {
        service.changeTo(to);
        RollingUpdate.restart(scenario, service);
    }

    private static void assertRetakesAndBoard(FaultScenario scenario) {
        long retakes = scenario.history()
                .of(Event.Ordered.class)
                .map(Event.Ordered::examinee)
                .distinct()
                .count();
        assertThat(retakes).isPositive();
        SimulatedProctor proctor = scenario.load().proctor();
        scenario.await("the board shows each record", () -> proctor.revisions().equals(revisions(scenario)));
        scenario.note("%d retakes ordered; the proctor connected %d times", retakes, proctor.connections());
    }

    private static Map<String, Long> revisions(FaultScenario scenario) {
        return scenario.probe().records(scenario.load().examinees()).entrySet().stream()
                .collect(Collectors.toMap(entry -> entry.getKey().examineeId(), entry -> entry.getValue()
                        .revision()));
    }
}
