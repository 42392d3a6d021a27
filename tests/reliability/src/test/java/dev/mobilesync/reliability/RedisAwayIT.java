package dev.mobilesync.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.testsupport.RedisProcess;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Redis is gone for longer than the limit after which people are told: captures are held, and completed afterwards. */
@OnRig(Shape.STANDARD)
class RedisAwayIT {

    private static final Duration AWAY = Duration.ofSeconds(60);
    private static final Duration HANGS = Duration.ofSeconds(20);

    @Test
    @Tag("slow")
    void away(Rig rig) throws Exception {
        without(
                rig,
                "Redis away for 60 s",
                "kill -9 Redis",
                RedisProcess::kill,
                AWAY,
                "start it again",
                RedisProcess::restart);
    }

    /** It keeps its connections, and answers nothing. */
    @Test
    @Tag("slow")
    void hanging(Rig rig) throws Exception {
        without(rig, "Redis hangs for 20 s", "SIGSTOP", RedisProcess::freeze, HANGS, "SIGCONT", RedisProcess::unfreeze);
    }

    private static void without(
            Rig rig,
            String name,
            String breaking,
            Consumer<RedisProcess> breaks,
            Duration time,
            String mending,
            Consumer<RedisProcess> mends)
            throws Exception {
        Row.run(rig, name, Load.usual(), row -> {
            RedisProcess redis = rig.redis().get(0);
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
