package dev.mobilesync.reliability;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The only broker node is unavailable or blocks publishers. Uploads fail in time, and their retries succeed afterwards. */
@WithCluster
class BrokerIT {

    private static final String PUBLISH_FAILED = "STATUS_PUBLISH_FAILED";
    /** Every phone resends its whole picture every few seconds, on the CPUs on which the broker starts. */
    private static final LoadProfile FEW_EXAMINEES = LoadProfile.of(120, 12.5);

    @Test
    void recoversWhenKilledAndRestarted(TestCluster cluster) throws Exception {
        RabbitCluster.Node node = cluster.rabbit().node(0);
        FaultScenario.run(cluster, ScenarioName.BROKER_KILLED, FEW_EXAMINEES, scenario -> {
            scenario.awaitCaptured(25);
            scenario.fault("kill -9 RabbitMQ", node::kill);
            scenario.awaitRejected(PUBLISH_FAILED);
            scenario.fault("restart RabbitMQ", node::start);
            node.awaitUp();
        });
    }

    @ParameterizedTest
    @CsvSource({
        "BROKER_MEMORY_ALARM, set_vm_memory_high_watermark, 0.0000001, 0.4",
        "BROKER_DISK_ALARM, set_disk_free_limit, 1000000GB, 50MB",
    })
    void recoversFromResourceAlarm(
            ScenarioName name, String setting, String alarming, String usual, TestCluster cluster) throws Exception {
        RabbitCluster.Node node = cluster.rabbit().node(0);
        try {
            FaultScenario.run(cluster, name, LoadProfile.usual(), scenario -> {
                scenario.awaitCaptured(25);
                scenario.fault("rabbitmqctl " + setting + " " + alarming, () -> node.ctl(setting, alarming));
                scenario.awaitRejected(PUBLISH_FAILED);
                scenario.fault("rabbitmqctl " + setting + " " + usual, () -> node.ctl(setting, usual));
            });
        } finally {
            node.ctl(setting, usual);
        }
    }
}
