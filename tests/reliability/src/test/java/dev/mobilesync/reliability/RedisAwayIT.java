package dev.mobilesync.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.testsupport.RedisProcess;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Redis is unavailable for longer than the notification limit. Pending captures complete afterwards. */
@WithCluster
class RedisAwayIT {

    private static final Duration AWAY = Duration.ofSeconds(60);

    @Test
    void recoversFromRedisOutage(TestCluster cluster) throws Exception {
        without(
                cluster,
                "Redis away for 60 s",
                "kill -9 Redis",
                RedisProcess::kill,
                AWAY,
                "start it again",
                RedisProcess::restart);
    }

    static void without(
            TestCluster cluster,
            String name,
            String breaking,
            Consumer<RedisProcess> breaks,
            Duration time,
            String restoring,
            Consumer<RedisProcess> restores)
            throws Exception {
        FaultScenario.run(cluster, name, LoadProfile.usual(), scenario -> {
            RedisProcess redis = cluster.redis().get(0);
            scenario.awaitCaptured(25);
            Instant since = Instant.now();
            scenario.fault(breaking, () -> breaks.accept(redis));
            try {
                scenario.waitFor(time);
                scenario.await("notified", () -> StateChangeFailed.notified(scenario) > 0);
            } finally {
                scenario.fault(restoring, () -> restores.accept(redis));
            }
            StateChangeFailed.assertNotified(scenario, since);
            assertThat(cluster.stateManagers()).allMatch(ServiceInstance::isAlive);
        });
    }
}
