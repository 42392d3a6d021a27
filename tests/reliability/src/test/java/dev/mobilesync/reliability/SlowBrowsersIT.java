package dev.mobilesync.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.messages.StompTopics;
import dev.mobilesync.testsupport.Exclusive;
import dev.mobilesync.testsupport.NetworkProxy;
import dev.mobilesync.testsupport.StompTestClient;
import dev.mobilesync.testsupport.TestTokens;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Browsers that do not read or have vanished are disconnected in time and do not delay others. */
@Exclusive
@WithCluster
class SlowBrowsersIT {

    private static final int BROWSERS = 25;
    private static final int ROUNDS_BEFORE = 10;
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration OTHERS_WAIT_AT_MOST = Duration.ofSeconds(1);
    private static final int TIMES_AS_LONG = 3;

    @Test
    void isolatesSlowBrowsers(TestCluster cluster) throws Exception {
        scenario(cluster, "browsers that read one byte a second", "SLOW", line -> line.answers()
                .slow(1));
    }

    @Test
    void closesHalfOpenConnections(TestCluster cluster) throws Exception {
        scenario(cluster, "half-open connections of browsers", "SILENT", line -> {
            line.requests().blackhole();
            line.answers().blackhole();
        });
    }

    private static void scenario(TestCluster cluster, String name, String reason, Consumer<NetworkProxy> fault)
            throws Exception {
        ServiceInstance server = cluster.socket(0);
        String metric = "mobile_sync_socket_disconnects_total{reason=\"" + reason + "\"}";
        FaultScenario.run(cluster, name, LoadProfile.usual(), scenario -> {
            List<StompTestClient> victims = new ArrayList<>();
            try (NetworkProxy line = new NetworkProxy("127.0.0.1", server.uri().getPort());
                    BroadcastLatencyProbe probe = new BroadcastLatencyProbe(scenario, server)) {
                for (int i = 0; i < BROWSERS; i++) {
                    victims.add(victim(line, probe.plan()));
                }
                List<Duration> before = new ArrayList<>();
                for (int i = 0; i < ROUNDS_BEFORE; i++) {
                    victims.forEach(SlowBrowsersIT::beat);
                    before.addAll(probe.round());
                }
                double gone = server.metric(metric);
                long struck = System.nanoTime();
                scenario.fault(name, () -> fault.accept(line));
                List<Duration> meanwhile = new ArrayList<>();
                Duration took = Duration.ZERO;
                while (server.metric(metric) < gone + BROWSERS && took.compareTo(LIMIT) < 0) {
                    victims.forEach(SlowBrowsersIT::beat);
                    meanwhile.addAll(probe.round());
                    took = Duration.ofNanos(System.nanoTime() - struck);
                }
                Percentiles quiet = Percentiles.of(before);
                Percentiles busy = Percentiles.of(meanwhile);
                scenario.note(
                        "%d disconnected as %s after %.1f s; broadcast to others before: %s, meanwhile: %s",
                        Math.round(server.metric(metric) - gone), reason, took.toMillis() / 1e3, quiet, busy);
                assertThat(server.metric(metric) - gone).as(reason).isGreaterThanOrEqualTo(BROWSERS);
                assertThat(busy.p99())
                        .as("p99 of the others, ms")
                        .isLessThan(Math.max(OTHERS_WAIT_AT_MOST.toMillis(), TIMES_AS_LONG * quiet.p99()));
            } finally {
                victims.forEach(StompTestClient::abort);
            }
        });
    }

    /** A proctor, who receives every message of the plan. */
    private static StompTestClient victim(NetworkProxy line, String plan) {
        StompTestClient victim = StompTestClient.connect(
                URI.create("ws://127.0.0.1:" + line.port() + "/ws"),
                TestTokens.proctor("slow", plan),
                Map.of("heart-beat", "2000,2000"));
        victim.subscribe(StompTopics.plan(plan));
        return victim;
    }

    /** Sends the negotiated heartbeats, so that missing ones do not end the connection. */
    private static void beat(StompTestClient victim) {
        victim.raw("\n");
    }
}
