package dev.mobilesync.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.messages.AmqpNames;
import dev.mobilesync.testsupport.NetworkProxy;
import java.time.Duration;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Publisher confirms are lost, late or negative: uploads get 503 in time, and a retry takes effect once. */
@WithCluster
class ConfirmsIT {

    private static final String PUBLISH_FAILED = "STATUS_PUBLISH_FAILED";
    private static final Duration LATE = Duration.ofSeconds(5);

    @Test
    void recoversFromLostConfirms(TestCluster cluster) throws Exception {
        runWithoutConfirms(
                cluster,
                ScenarioName.CONFIRMS_LOST,
                "discard all data from the broker to the web-servers",
                NetworkProxy.Direction::blackhole);
    }

    @Test
    void recoversFromLateConfirms(TestCluster cluster) throws Exception {
        runWithoutConfirms(
                cluster,
                ScenarioName.CONFIRMS_LATE,
                "delay all data from the broker to the web-servers by 5 s",
                responses -> responses.delay(LATE));
    }

    private static void runWithoutConfirms(
            TestCluster cluster, ScenarioName name, String description, Consumer<NetworkProxy.Direction> fault)
            throws Exception {
        FaultScenario.run(cluster, name, LoadProfile.usual(), scenario -> {
            scenario.awaitCaptured(25);
            scenario.fault(description, () -> cluster.webServers()
                    .forEach(web -> fault.accept(web.broker().responses())));
            scenario.awaitRejected(PUBLISH_FAILED);
            scenario.fault(
                    "restore the connections", () -> cluster.webServers().forEach(ServiceInstance::restoreConnections));
        });
    }

    @Test
    void recoversFromNegativeConfirms(TestCluster cluster) throws Exception {
        RabbitCluster.Node node = cluster.rabbit().node(0);
        try {
            FaultScenario.run(
                    cluster,
                    ScenarioName.CONFIRMS_NEGATIVE,
                    LoadProfile.usual(),
                    scenario -> scenario.fault("limit status_queue to one message; kill -9 both state-managers", () -> {
                        node.ctl(
                                "set_policy",
                                "--apply-to",
                                "queues",
                                "full",
                                "^status_queue$",
                                "{\"max-length\":1,\"overflow\":\"reject-publish\"}");
                        cluster.stateManagers().forEach(ServiceInstance::kill);
                    }),
                    scenario -> {
                        scenario.awaitRejected(PUBLISH_FAILED);
                        assertThat(cluster.web(0).output() + cluster.web(1).output())
                                .contains("negatively confirmed by the broker");
                        scenario.fault("remove the limit; start the state-managers", () -> {
                            node.ctl("clear_policy", "full");
                            cluster.stateManagers().forEach(ServiceInstance::start);
                        });
                    });
        } finally {
            if (node.ctl("list_policies").contains("full")) {
                node.ctl("clear_policy", "full");
            }
        }
    }

    @Test
    void recoversFromMissingQueue(TestCluster cluster) throws Exception {
        FaultScenario.run(
                cluster,
                ScenarioName.QUEUE_MISSING,
                LoadProfile.usual(),
                scenario -> scenario.fault("stop both state-managers, delete status_queue", () -> {
                    cluster.stateManagers().parallelStream().forEach(ServiceInstance::stop);
                    scenario.probe().onChannel(channel -> channel.queueDelete(AmqpNames.STATUS_QUEUE));
                }),
                scenario -> {
                    scenario.awaitRejected(PUBLISH_FAILED);
                    assertThat(scenario.captured()).as("accepted uploads").isZero();
                    assertThat(cluster.web(0).output() + cluster.web(1).output())
                            .contains("unroutable");
                    scenario.fault("start the state-managers", () -> cluster.stateManagers()
                            .forEach(ServiceInstance::start));
                });
    }
}
