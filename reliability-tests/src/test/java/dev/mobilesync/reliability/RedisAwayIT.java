package dev.mobilesync.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.testsupport.OwnRedis;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Redis is gone for longer than the limit after which people are told: captures are held, and completed afterwards. */
@OnRig(Shape.STANDARD)
class RedisAwayIT {

    private static final Duration AWAY = Duration.ofSeconds(Load.isFull() ? 60 : 11);

    @Test
    @Full
    void away(Rig rig) throws Exception {
        Row.run(rig, "Redis away for " + AWAY.toSeconds() + " s", Load.usual(), row -> {
            OwnRedis redis = rig.redis().get(0);
            row.awaitTaken(20);
            row.fault("kill -9 Redis", redis::kill);
            Instant killed = Instant.now();
            try {
                row.goOnFor(AWAY);
                row.await("people told", () -> StateChangeFailed.told(row) > 0);
            } finally {
                row.fault("start it again", redis::restart);
            }
            StateChangeFailed.see(row, killed);
            assertThat(row.rig().stateManagers()).allMatch(ServiceInstance::isAlive);
        });
    }
}
