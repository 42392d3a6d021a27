package dev.mobilesync.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.testsupport.RedisProcess;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Redis is unavailable for longer than the notification limit. Pending captures complete afterwards. */
@WithCluster
class RedisOutageIT {

    private static final Duration OUTAGE = Duration.ofSeconds(60);

    @Test
    void recoversFromRedisOutage(TestCluster cluster) throws Exception {
        run(
                cluster,
                ScenarioName.REDIS_OUTAGE,
                "kill -9 Redis",
                RedisProcess::kill,
                OUTAGE,
                "restart Redis",
                RedisProcess::restart);
    }

    /** Runs a scenario in which a fault of Redis begins, lasts for a time and ends. */
    static void run(
            TestCluster cluster,
            ScenarioName name,
            String startOfFault,
            Consumer<RedisProcess> start,
            Duration duration,
            String endOfFault,
            Consumer<RedisProcess> end)
            throws Exception {
        FaultScenario.run(cluster, name, LoadProfile.usual(), scenario -> {
            RedisProcess redis = cluster.redis().get(0);
            scenario.awaitCaptured(25);
            Instant since = Instant.now();
            scenario.fault(startOfFault, () -> start.accept(redis));
            try {
                scenario.waitFor(duration);
                scenario.await("notified", () -> DelayNotifications.notified(scenario) > 0);
            } finally {
                scenario.fault(endOfFault, () -> end.accept(redis));
            }
            DelayNotifications.assertNotified(scenario, since);
            assertThat(cluster.stateManagers()).allMatch(ServiceInstance::isAlive);
        });
    }
}
