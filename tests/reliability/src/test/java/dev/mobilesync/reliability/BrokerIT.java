package dev.mobilesync.reliability;

import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The only broker node is away or takes nothing: uploads are refused in time, and all goes on by itself afterwards. */
@OnRig(Shape.STANDARD)
class BrokerIT {

    private static final String PUBLISH_FAILED = "STATUS_PUBLISH_FAILED";
    private static final int REFUSALS = 20;
    private static final Duration AWAY = Duration.ofSeconds(5);

    @Test
    void killedAndRestarted(Rig rig) throws Exception {
        RabbitNodes.Node node = rig.rabbit().node(0);
        Row.run(rig, "RabbitMQ killed and restarted", Load.usual(), row -> {
            row.awaitTaken(20);
            row.fault("kill -9 RabbitMQ", node::kill);
            row.awaitRefused(PUBLISH_FAILED, REFUSALS);
            row.goOnFor(AWAY);
            row.fault("start it again", node::start);
            node.awaitUp();
        });
    }

    @Test
    @Tag("slow")
    void memoryAlarm(Rig rig) throws Exception {
        alarm(
                rig,
                "RabbitMQ raises its memory alarm",
                new String[] {"set_vm_memory_high_watermark", "0.0000001"},
                new String[] {"set_vm_memory_high_watermark", "0.4"});
    }

    @Test
    @Tag("slow")
    void diskAlarm(Rig rig) throws Exception {
        alarm(rig, "RabbitMQ raises its disk alarm", new String[] {"set_disk_free_limit", "1000000GB"}, new String[] {
            "set_disk_free_limit", "50MB"
        });
    }

    private static void alarm(Rig rig, String name, String[] raise, String[] clear) throws Exception {
        RabbitNodes.Node node = rig.rabbit().node(0);
        try {
            Row.run(rig, name, Load.usual(), row -> {
                row.awaitTaken(20);
                row.fault("rabbitmqctl " + String.join(" ", raise), () -> node.ctl(raise));
                row.awaitRefused(PUBLISH_FAILED, REFUSALS);
                row.goOnFor(AWAY);
                row.fault("rabbitmqctl " + String.join(" ", clear), () -> node.ctl(clear));
            });
        } finally {
            node.ctl(clear);
        }
    }
}
