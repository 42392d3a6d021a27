package dev.mobilesync.reliability;

import dev.mobilesync.testsupport.RedisProcess;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Redis keeps its connections but does not respond; expectations as in {@link RedisOutageIT}. */
@WithCluster
class RedisHangingIT {

    private static final Duration DURATION = ServiceEnvironment.STATE_CHANGE_NOTIFY_AFTER.multipliedBy(2);

    @Test
    void recoversFromHangingRedis(TestCluster cluster) throws Exception {
        RedisOutageIT.run(
                cluster,
                ScenarioName.REDIS_HANGS,
                "SIGSTOP Redis for " + DURATION.toSeconds() + " s",
                RedisProcess::freeze,
                DURATION,
                "SIGCONT Redis",
                RedisProcess::unfreeze);
    }
}
