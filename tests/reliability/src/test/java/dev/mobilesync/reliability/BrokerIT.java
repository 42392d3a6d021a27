package dev.mobilesync.reliability;

import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The only broker node is unavailable or blocks publishers: uploads are refused in time, and complete by themselves afterwards. */
@Tag("slow")
@WithCluster(ClusterTopology.STANDARD)
class BrokerIT {

    private static final String PUBLISH_FAILED = "STATUS_PUBLISH_FAILED";
    private static final int REFUSALS = 20;
    /** Each retries with its whole picture every few seconds while the broker starts, on the same processors. */
    private static final LoadProfile FEW = LoadProfile.of(120, 12.5);

    private static final Duration AWAY = Duration.ofSeconds(3);

    @Test
    void killedAndRestarted(TestCluster cluster) throws Exception {
        RabbitCluster.Node node = cluster.rabbit().node(0);
        FaultScenario.run(cluster, "RabbitMQ killed and restarted", FEW, scenario -> {
            scenario.awaitCaptured(25);
            scenario.fault("kill -9 RabbitMQ", node::kill);
            scenario.awaitRefused(PUBLISH_FAILED, REFUSALS);
            scenario.waitFor(AWAY);
            scenario.fault("start it again", node::start);
            node.awaitUp();
        });
    }

    @Test
    void memoryAlarm(TestCluster cluster) throws Exception {
        alarm(
                cluster,
                "RabbitMQ raises its memory alarm",
                new String[] {"set_vm_memory_high_watermark", "0.0000001"},
                new String[] {"set_vm_memory_high_watermark", "0.4"});
    }

    @Test
    void diskAlarm(TestCluster cluster) throws Exception {
        alarm(
                cluster,
                "RabbitMQ raises its disk alarm",
                new String[] {"set_disk_free_limit", "1000000GB"},
                new String[] {"set_disk_free_limit", "50MB"});
    }

    private static void alarm(TestCluster cluster, String name, String[] raise, String[] clear) throws Exception {
        RabbitCluster.Node node = cluster.rabbit().node(0);
        try {
            FaultScenario.run(cluster, name, LoadProfile.usual(), scenario -> {
                scenario.awaitCaptured(25);
                scenario.fault("rabbitmqctl " + String.join(" ", raise), () -> node.ctl(raise));
                scenario.awaitRefused(PUBLISH_FAILED, REFUSALS);
                scenario.waitFor(AWAY);
                scenario.fault("rabbitmqctl " + String.join(" ", clear), () -> node.ctl(clear));
            });
        } finally {
            node.ctl(clear);
        }
    }
}
