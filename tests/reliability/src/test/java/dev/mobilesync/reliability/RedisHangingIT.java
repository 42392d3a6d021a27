package dev.mobilesync.reliability;

import dev.mobilesync.testsupport.RedisProcess;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Redis keeps its connections but does not respond; expectations as in {@link RedisAwayIT}. */
@WithCluster
class RedisHangingIT {

    private static final Duration HANGS = ServiceInstance.STATE_CHANGE_LIMIT.multipliedBy(2);

    @Test
    void recoversFromHangingRedis(TestCluster cluster) throws Exception {
        RedisAwayIT.without(
                cluster,
                "Redis hangs for " + HANGS.toSeconds() + " s",
                "SIGSTOP",
                RedisProcess::freeze,
                HANGS,
                "SIGCONT",
                RedisProcess::unfreeze);
    }
}
