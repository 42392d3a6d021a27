package dev.mobilesync.reliability;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** All instances of all services restart one after the other, without an effect on users. */
@WithCluster
class RollingRestartIT {

    @Test
    void restartsEveryServiceUnderLoad(TestCluster cluster) throws Exception {
        FaultScenario.run(cluster, ScenarioName.ROLLING_RESTART, LoadProfile.of(900, 5), scenario -> {
            scenario.awaitCaptured(25);
            Instant start = Instant.now();
            for (ServiceInstance service : cluster.services()) {
                RollingUpdate.restart(scenario, service);
            }
            scenario.note(
                    "%d restarts in %d s, with %d uploads answered 201; the balancer retried %d requests",
                    cluster.services().size(),
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
            RollingUpdate.assertNoUserImpact(scenario);
        });
    }
}
