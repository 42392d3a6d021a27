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
    private static final Duration MAX_LATENCY = Duration.ofSeconds(1);
    private static final int MAX_FACTOR = 3;

    @Test
    void isolatesSlowBrowsers(TestCluster cluster) throws Exception {
        run(cluster, ScenarioName.SLOW_BROWSERS, "SLOW", proxy -> proxy.responses()
                .slow(1));
    }

    @Test
    void closesHalfOpenConnections(TestCluster cluster) throws Exception {
        run(cluster, ScenarioName.HALF_OPEN_BROWSERS, "SILENT", proxy -> {
            proxy.requests().blackhole();
            proxy.responses().blackhole();
        });
    }

    private static void run(TestCluster cluster, ScenarioName name, String reason, Consumer<NetworkProxy> fault)
            throws Exception {
        ServiceInstance server = cluster.socket(0);
        String metric = "mobile_sync_socket_disconnects_total{reason=\"" + reason + "\"}";
        FaultScenario.run(cluster, name, LoadProfile.usual(), scenario -> {
            List<StompTestClient> slowBrowsers = new ArrayList<>();
            try (NetworkProxy proxy = new NetworkProxy("127.0.0.1", server.uri().getPort());
                    BroadcastLatencyProbe probe = new BroadcastLatencyProbe(scenario, server)) {
                for (int i = 0; i < BROWSERS; i++) {
                    slowBrowsers.add(connectSlowBrowser(proxy, probe.plan()));
                }
                List<Duration> latenciesBefore = new ArrayList<>();
                for (int i = 0; i < ROUNDS_BEFORE; i++) {
                    slowBrowsers.forEach(SlowBrowsersIT::sendHeartbeat);
                    latenciesBefore.addAll(probe.round());
                }
                double disconnectsBefore = server.metric(metric);
                long start = System.nanoTime();
                scenario.fault(name.label(), () -> fault.accept(proxy));
                List<Duration> latenciesDuring = new ArrayList<>();
                Duration took = Duration.ZERO;
                while (server.metric(metric) < disconnectsBefore + BROWSERS && took.compareTo(LIMIT) < 0) {
                    slowBrowsers.forEach(SlowBrowsersIT::sendHeartbeat);
                    latenciesDuring.addAll(probe.round());
                    took = Duration.ofNanos(System.nanoTime() - start);
                }
                Percentiles withoutFault = Percentiles.of(latenciesBefore);
                Percentiles duringFault = Percentiles.of(latenciesDuring);
                scenario.note(
                        "%d disconnected as %s after %.1f s; broadcast to others before: %s, meanwhile: %s",
                        Math.round(server.metric(metric) - disconnectsBefore),
                        reason,
                        took.toMillis() / 1e3,
                        withoutFault,
                        duringFault);
                assertThat(server.metric(metric) - disconnectsBefore).as(reason).isGreaterThanOrEqualTo(BROWSERS);
                assertThat(duringFault.p99())
                        .as("p99 of the others, ms")
                        .isLessThan(Math.max(MAX_LATENCY.toMillis(), MAX_FACTOR * withoutFault.p99()));
            } finally {
                slowBrowsers.forEach(StompTestClient::abort);
            }
        });
    }

    /** A proctor, who receives every message of the plan. */
    private static StompTestClient connectSlowBrowser(NetworkProxy proxy, String plan) {
        StompTestClient browser = StompTestClient.connect(
                URI.create("ws://127.0.0.1:" + proxy.port() + "/ws"),
                TestTokens.proctor("slow", plan),
                Map.of("heart-beat", "2000,2000"));
        browser.subscribe(StompTopics.plan(plan));
        return browser;
    }

    /** Sends the negotiated heart-beats, so that missing ones do not end the connection. */
    private static void sendHeartbeat(StompTestClient browser) {
        browser.raw("\n");
    }
}
