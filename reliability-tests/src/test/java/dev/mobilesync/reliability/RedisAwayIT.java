package dev.mobilesync.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.testsupport.OwnRedis;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Redis is gone for longer than the limit after which people are told: captures are held, and completed afterwards. */
@OnRig(Shape.STANDARD)
class RedisAwayIT {

    private static final Duration AWAY = Duration.ofSeconds(60);
    private static final Duration HANGS = Duration.ofSeconds(20);

    @Test
    @Full
    void away(Rig rig) throws Exception {
        without(rig, "Redis away for 60 s", "kill -9 Redis", OwnRedis::kill, AWAY, "start it again", OwnRedis::restart);
    }

    /** It keeps its connections, and answers nothing. */
    @Test
    @Full
    void hanging(Rig rig) throws Exception {
        without(rig, "Redis hangs for 20 s", "SIGSTOP", OwnRedis::freeze, HANGS, "SIGCONT", OwnRedis::unfreeze);
    }

    private static void without(
            Rig rig,
            String name,
            String breaking,
            Consumer<OwnRedis> breaks,
            Duration time,
            String mending,
            Consumer<OwnRedis> mends)
            throws Exception {
        Row.run(rig, name, Load.usual(), row -> {
            OwnRedis redis = rig.redis().get(0);
            row.awaitTaken(20);
            Instant since = Instant.now();
            row.fault(breaking, () -> breaks.accept(redis));
            try {
                row.goOnFor(time);
                row.await("people told", () -> StateChangeFailed.told(row) > 0);
            } finally {
                row.fault(mending, () -> mends.accept(redis));
            }
            StateChangeFailed.see(row, since);
            assertThat(row.rig().stateManagers()).allMatch(ServiceInstance::isAlive);
        });
    }
}
