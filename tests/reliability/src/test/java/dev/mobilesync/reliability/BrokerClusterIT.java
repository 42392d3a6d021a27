package dev.mobilesync.reliability;

import dev.mobilesync.messages.Topology;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** One of three broker nodes dies: the rest serve, and nobody has to help. It stays dead until the row is judged. */
@Tag("slow")
@OnRig(Shape.BROKER_CLUSTER)
class BrokerClusterIT {

    private static final Duration DEAD = Duration.ofSeconds(5);

    @Test
    void followerKilled(Rig rig) throws Exception {
        Row.run(rig, "one of three RabbitMQ nodes killed", Load.usual(), row -> {
            RabbitNodes.Node leader = rig.rabbit().leaderOf(Topology.STATUS_QUEUE);
            kill(
                    row,
                    rig.rabbit().all().stream()
                            .filter(node -> node != leader)
                            .findFirst()
                            .orElseThrow());
        });
    }

    @Test
    void leaderKilled(Rig rig) throws Exception {
        Row.run(rig, "the RabbitMQ node that leads status_queue killed", Load.usual(), row -> {
            kill(row, rig.rabbit().leaderOf(Topology.STATUS_QUEUE));
        });
    }

    private static void kill(Row row, RabbitNodes.Node node) {
        row.awaitTaken(20);
        long before = row.taken();
        row.fault("kill -9 " + node.name(), node::kill);
        row.goOnFor(DEAD);
        row.saw("%d taken in the first %d s without it", row.taken() - before, DEAD.toSeconds());
    }
}
