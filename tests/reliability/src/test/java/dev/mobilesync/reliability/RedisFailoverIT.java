package dev.mobilesync.reliability;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.testsupport.RedisProcess;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The only Redis dies, and a replica takes its place that lacks what was acknowledged last: the state is made again. */
@OnRig(Shape.SWEEPING)
class RedisFailoverIT {

    private static final int LOST = 15;

    @Test
    @Tag("slow")
    void replicaTakesOver(Rig rig, @TempDir Path folder) throws Exception {
        RedisProcess primary = rig.redis().get(0);
        try (RedisProcess replica =
                RedisProcess.start(folder, "--replicaof", "127.0.0.1", Integer.toString(primary.port()))) {
            Row.run(rig, "failover to a replica that lacks acknowledged writes", Load.usual(), row -> {
                row.checkedBy(Checker.strict().withLostWrites());
                row.await("replica in step", () -> Replication.cli(replica, "info", "replication")
                        .contains("master_link_status:up"));
                row.awaitTaken(20);
                int before = Replication.completed(row).size();
                row.fault("replication stands still", () -> Replication.standsStill(primary));
                row.await(
                        "writes that will be lost",
                        () -> Replication.completed(row).size() >= before + LOST);
                Set<ExamineeKey> completed = Replication.completed(row);
                row.fault("kill -9 the primary", primary::kill);
                Replication.cli(replica, "replicaof", "no", "one");
                Replication.seeLost(row, completed, replica);
                row.fault(
                        "the replica takes its place",
                        () -> Replication.cli(replica, "config", "set", "port", Integer.toString(primary.port())));
            });
        } finally {
            primary.kill();
            primary.restart();
            rig.awaitReady();
        }
    }
}
