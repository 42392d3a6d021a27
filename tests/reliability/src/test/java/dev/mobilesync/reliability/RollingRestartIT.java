package dev.mobilesync.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** All instances of all services restart one after the other, without an effect on users. */
@WithCluster
class RollingRestartIT {

    private static final int SERVICE_RESTART = 1012;

    @Test
    void restartsEveryServiceUnderLoad(TestCluster cluster) throws Exception {
        FaultScenario.run(cluster, ScenarioName.ROLLING_RESTART, LoadProfile.of(900, 5), scenario -> {
            scenario.awaitCaptured(25);
            Instant start = Instant.now();
            for (ServiceInstance service : cluster.services()) {
                restart(scenario, service);
            }
            scenario.note(
                    "six restarts in %d s, with %d uploads answered 201; the balancer retried %d requests",
                    Duration.between(start, Instant.now()).toSeconds(),
                    scenario.history()
                            .count(
                                    Event.Answered.class,
                                    response -> response.status() == 201
                                            && response.at().isAfter(start)),
                    cluster.webBalancer().retriedElsewhere()
                            + cluster.socketBalancer().retriedElsewhere());
            scenario.load().endArrivals();
            scenario.await("201 for each picture", () -> scenario.load().phonesAreDone(), Duration.ofMinutes(5));
            assertNoUserImpact(scenario);
        });
    }

    private static void restart(FaultScenario scenario, ServiceInstance service) {
        long before = scenario.captured();
        scenario.fault("SIGTERM " + service, () -> assertThat(service.stop()).isEqualTo(143));
        scenario.fault("restart " + service, service::start);
        service.awaitReady();
        assertThat(scenario.captured()).as("201 while " + service + " was down").isGreaterThan(before);
    }

    private static void assertNoUserImpact(FaultScenario scenario) {
        List<Event> failed = scenario.history().events().stream()
                .filter(event -> event instanceof Event.Unanswered
                        || event instanceof Event.Answered response && response.status() != 201
                        || event instanceof Event.Disconnected lost && lost.code() != SERVICE_RESTART)
                .toList();
        assertThat(failed)
                .as("failed requests, and connections closed without the restart code")
                .isEmpty();
    }
}
