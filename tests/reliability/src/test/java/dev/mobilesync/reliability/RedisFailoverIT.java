package dev.mobilesync.reliability;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.testsupport.RedisProcess;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The only Redis is killed. A replica without the last acknowledged writes takes over, and the lost state is rebuilt. */
@WithCluster(ClusterTopology.SWEEPING)
class RedisFailoverIT {

    private static final int LOST = 15;

    @Test
    void recoversByFailoverToReplica(TestCluster cluster, @TempDir Path directory) throws Exception {
        RedisProcess primary = cluster.redis().get(0);
        try (RedisProcess replica =
                RedisProcess.start(directory, "--replicaof", "127.0.0.1", Integer.toString(primary.port()))) {
            FaultScenario.run(cluster, ScenarioName.REDIS_FAILOVER, LoadProfile.usual(), scenario -> {
                scenario.checkedBy(Checker.strict().withLostWrites());
                scenario.await("replica in sync", () -> replica.cli("info", "replication")
                        .contains("master_link_status:up"));
                scenario.awaitCaptured(25);
                int before = RedisReplication.completed(scenario).size();
                scenario.fault("stop the replication", () -> RedisReplication.stopReplication(primary));
                scenario.await(
                        "writes that will be lost",
                        () -> RedisReplication.completed(scenario).size() >= before + LOST);
                Set<ExamineeKey> completed = RedisReplication.completed(scenario);
                scenario.fault("kill -9 the primary", primary::kill);
                replica.cli("replicaof", "no", "one");
                RedisReplication.assertLost(scenario, completed, replica);
                scenario.fault(
                        "move the replica to the port of the primary",
                        () -> replica.cli("config", "set", "port", Integer.toString(primary.port())));
            });
        } finally {
            primary.kill();
            primary.restart();
            cluster.awaitReady();
        }
    }
}
