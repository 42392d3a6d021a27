package dev.mobilesync.reliability;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.testsupport.RedisProcess;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A Redis Cluster loses a primary, or a primary and its replica. */
@Tag("slow")
@WithCluster(ClusterTopology.REDIS_CLUSTER)
class RedisClusterFaultsIT {

    private static final int LOST = 40;
    private static final Duration OUTAGE = ServiceEnvironment.STATE_CHANGE_NOTIFY_AFTER.multipliedBy(2);

    @Test
    void recoversFromLostPrimary(TestCluster cluster) throws Exception {
        awaitHealthy(cluster);
        AtomicReference<RedisShard> failed = new AtomicReference<>();
        try {
            FaultScenario.run(cluster, ScenarioName.REDIS_CLUSTER_PRIMARY_LOST, LoadProfile.usual(), scenario -> {
                scenario.checkedBy(Checker.strict().withLostWrites());
                scenario.awaitCaptured(25);
                int before = RedisReplication.completed(scenario).size();
                RedisShard shard = shardOfNext(scenario, cluster);
                failed.set(shard);
                scenario.fault(
                        "stop the replication of a primary", () -> RedisReplication.stopReplication(shard.primary()));
                // At least a third of the next examinees belong to this shard.
                scenario.await(
                        "writes that will be lost",
                        () -> RedisReplication.completed(scenario).size() >= before + LOST);
                Set<ExamineeKey> completed = RedisReplication.completed(scenario);
                scenario.fault("kill -9 the primary", shard.primary()::kill);
                Instant killed = Instant.now();
                scenario.await("its replica takes over", shard::replicaHasTakenOver);
                scenario.note("its replica took over after %.1f s", seconds(killed));
                RedisReplication.assertLost(scenario, completed);
            });
        } finally {
            if (failed.get() != null) {
                failed.get().primary().kill();
                failed.get().primary().restart();
            }
        }
    }

    @Test
    void recoversFromLostShard(TestCluster cluster) throws Exception {
        awaitHealthy(cluster);
        FaultScenario.run(cluster, ScenarioName.REDIS_CLUSTER_SHARD_OUTAGE, LoadProfile.usual(), scenario -> {
            scenario.awaitCaptured(25);
            RedisShard shard = shardOfNext(scenario, cluster);
            Instant killed = Instant.now();
            scenario.fault("kill -9 a primary and its replica", () -> {
                shard.replica().kill();
                shard.primary().kill();
            });
            try {
                scenario.waitFor(OUTAGE);
                scenario.await("notified", () -> DelayNotifications.notified(scenario) > 0);
            } finally {
                scenario.fault("restart both", () -> {
                    shard.primary().restart();
                    shard.replica().restart();
                });
            }
            DelayNotifications.assertNotified(scenario, killed);
        });
    }

    /** The shard of most of the examinees who arrive next. */
    private static RedisShard shardOfNext(FaultScenario scenario, TestCluster cluster) {
        return RedisShard.withMostOf(scenario.load().nextExaminees(LOST), cluster.redis());
    }

    private static void awaitHealthy(TestCluster cluster) {
        List<RedisProcess> nodes = cluster.redis();
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> RedisShard.all(nodes).size() == nodes.size() / 2
                        && RedisShard.all(nodes).stream().allMatch(RedisShard::isInSync));
    }

    private static double seconds(Instant since) {
        return Duration.between(since, Instant.now()).toMillis() / 1e3;
    }
}
