package dev.mobilesync.reliability;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.testsupport.RedisProcess;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Redis is a cluster and loses a primary, or a primary and its replica. */
@OnRig(Shape.REDIS_CLUSTER)
class RedisClusterIT {

    private static final int LOST = 40;
    private static final Duration AWAY = Duration.ofSeconds(20);

    @Test
    @Tag("slow")
    void primaryLost(Rig rig) throws Exception {
        Shard shard = awaitWhole(rig);
        try {
            Row.run(rig, "primary of a Redis Cluster lost, with acknowledged writes", Load.usual(), row -> {
                row.checkedBy(Checker.strict().withLostWrites());
                row.awaitTaken(20);
                int before = Replication.completed(row).size();
                row.fault("its replication stands still", () -> Replication.standsStill(shard.primary()));
                // A third of them are of this shard.
                row.await(
                        "writes that will be lost",
                        () -> Replication.completed(row).size() >= before + LOST);
                Set<ExamineeKey> completed = Replication.completed(row);
                row.fault("kill -9 a primary", shard.primary()::kill);
                Instant killed = Instant.now();
                row.await("its replica takes over", shard::replicaHasTakenOver);
                row.saw("its replica took over after %.1f s", seconds(killed));
                Replication.seeLost(row, completed);
            });
        } finally {
            shard.primary().kill();
            shard.primary().restart();
        }
    }

    @Test
    @Tag("slow")
    void primaryAndReplicaAway(Rig rig) throws Exception {
        Shard shard = awaitWhole(rig);
        Row.run(rig, "primary and replica of a Redis Cluster away", Load.usual(), row -> {
            row.awaitTaken(20);
            Instant killed = Instant.now();
            row.fault("kill -9 a primary and its replica", () -> {
                shard.replica().kill();
                shard.primary().kill();
            });
            try {
                row.goOnFor(AWAY);
                row.await("people told", () -> StateChangeFailed.told(row) > 0);
            } finally {
                row.fault("start them again", () -> {
                    shard.primary().restart();
                    shard.replica().restart();
                });
            }
            StateChangeFailed.see(row, killed);
        });
    }

    private static Shard awaitWhole(Rig rig) {
        List<RedisProcess> nodes = rig.redis();
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> Shard.all(nodes).size() == nodes.size() / 2
                        && Shard.all(nodes).stream().allMatch(Shard::isInStep));
        return Shard.all(nodes).get(0);
    }

    private static double seconds(Instant since) {
        return Duration.between(since, Instant.now()).toMillis() / 1e3;
    }
}
