package dev.mobilesync.reliability;

import dev.mobilesync.messages.AmqpNames;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** One of three broker nodes is killed and stays down until the check. The others continue without intervention. */
@WithCluster(ClusterTopology.BROKER_CLUSTER)
class BrokerClusterIT {

    private static final Duration DOWNTIME = Duration.ofSeconds(5);

    @Test
    void recoversWhenFollowerIsKilled(TestCluster cluster) throws Exception {
        FaultScenario.run(cluster, ScenarioName.BROKER_FOLLOWER_KILLED, LoadProfile.usual(), scenario -> {
            RabbitCluster.Node leader = cluster.rabbit().leaderOf(AmqpNames.STATUS_QUEUE);
            kill(
                    scenario,
                    cluster.rabbit().all().stream()
                            .filter(node -> node != leader)
                            .findFirst()
                            .orElseThrow());
        });
    }

    @Test
    void recoversWhenLeaderIsKilled(TestCluster cluster) throws Exception {
        FaultScenario.run(cluster, ScenarioName.BROKER_LEADER_KILLED, LoadProfile.usual(), scenario -> {
            kill(scenario, cluster.rabbit().leaderOf(AmqpNames.STATUS_QUEUE));
        });
    }

    private static void kill(FaultScenario scenario, RabbitCluster.Node node) {
        scenario.awaitCaptured(25);
        long before = scenario.captured();
        scenario.fault("kill -9 " + node.name(), node::kill);
        scenario.waitFor(DOWNTIME);
        scenario.note("%d captured in the first %d s without it", scenario.captured() - before, DOWNTIME.toSeconds());
    }
}
