package dev.mobilesync.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.messages.Topology;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The broker's answer to what web-server publishes is lost, late or no: 503 in time, and a retry has one effect. */
@Tag("slow")
@OnRig(Shape.STANDARD)
class ConfirmsIT {

    private static final String PUBLISH_FAILED = "STATUS_PUBLISH_FAILED";
    private static final int REFUSALS = 20;
    private static final Duration LATE = Duration.ofSeconds(5);

    @Test
    void lost(Rig rig) throws Exception {
        Row.run(rig, "confirms lost", Load.usual(), row -> {
            row.awaitTaken(10);
            row.fault("what the broker says to the web-servers is lost", () -> rig.webServers()
                    .forEach(web -> web.broker().answers().blackhole()));
            row.awaitRefused(PUBLISH_FAILED, REFUSALS);
            row.fault("their lines are well again", () -> rig.webServers().forEach(ServiceInstance::mendLines));
        });
    }

    @Test
    void late(Rig rig) throws Exception {
        Row.run(rig, "confirms later than the limit", Load.usual(), row -> {
            row.awaitTaken(10);
            row.fault("what the broker says to the web-servers takes 5 s", () -> rig.webServers()
                    .forEach(web -> web.broker().answers().delay(LATE)));
            row.awaitRefused(PUBLISH_FAILED, REFUSALS);
            row.fault("their lines are well again", () -> rig.webServers().forEach(ServiceInstance::mendLines));
        });
    }

    @Test
    void negative(Rig rig) throws Exception {
        RabbitNodes.Node node = rig.rabbit().node(0);
        try {
            Row.run(
                    rig,
                    "confirms negative: status_queue full, state-manager away",
                    Load.usual(),
                    row -> row.fault("status_queue takes no more than one message; kill -9 both state-managers", () -> {
                        node.ctl(
                                "set_policy",
                                "--apply-to",
                                "queues",
                                "full",
                                "^status_queue$",
                                "{\"max-length\":1,\"overflow\":\"reject-publish\"}");
                        rig.stateManagers().forEach(ServiceInstance::kill);
                    }),
                    row -> {
                        row.awaitRefused(PUBLISH_FAILED, REFUSALS);
                        assertThat(rig.web(0).output() + rig.web(1).output()).contains("refused by the broker");
                        row.fault("the queue is long again, and state-managers start", () -> {
                            node.ctl("clear_policy", "full");
                            rig.stateManagers().forEach(ServiceInstance::start);
                        });
                    });
        } finally {
            if (node.ctl("list_policies").contains("full")) {
                node.ctl("clear_policy", "full");
            }
        }
    }

    @Test
    void queueMissing(Rig rig) throws Exception {
        Row.run(
                rig,
                "status_queue missing: messages returned",
                Load.usual(),
                row -> row.fault("stop both state-managers, delete status_queue", () -> {
                    rig.stateManagers().forEach(ServiceInstance::stop);
                    row.facts().onChannel(channel -> channel.queueDelete(Topology.STATUS_QUEUE));
                }),
                row -> {
                    row.awaitRefused(PUBLISH_FAILED, REFUSALS);
                    assertThat(row.taken()).as("taken").isZero();
                    assertThat(rig.web(0).output() + rig.web(1).output()).contains("no queue takes it");
                    row.fault("start the state-managers", () -> rig.stateManagers()
                            .forEach(ServiceInstance::start));
                });
    }
}
