package dev.mobilesync.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Thousands of browsers lose their server. They reconnect to other instances, spread over time, and receive the current state. */
@WithCluster
class SocketServersIT {

    private static final int BROWSERS = Integer.getInteger("reliability.sockets", 5_000);
    private static final Duration RECONNECT_LIMIT = Duration.ofSeconds(30);
    private static final LoadProfile PROFILE = LoadProfile.of(300, 3.3);
    /** The maximum percentage of reconnections in the same second. */
    private static final int MAX_PERCENT_PER_SECOND = 45;

    private static final int SERVICE_RESTART = 1012;

    @Test
    void reconnectsAllBrowsersAfterKill(TestCluster cluster) throws Exception {
        FaultScenario.run(cluster, ScenarioName.SOCKET_SERVER_KILLED, PROFILE, scenario -> {
            try (IdleSubscribers subscribers = new IdleSubscribers(cluster, scenario, BROWSERS)) {
                subscribers.connectAll(cluster.socket(0));
                Instant killed = Instant.now();
                scenario.fault("kill -9 socket-server-1", cluster.socket(0)::kill);
                assertAllReconnect(scenario, subscribers, killed, killed, BROWSERS);
                subscribers.check();
            }
        });
    }

    @Test
    void recoversFromTwoRestarts(TestCluster cluster) throws Exception {
        FaultScenario.run(cluster, ScenarioName.SOCKET_SERVERS_RESTARTED, PROFILE, scenario -> {
            try (IdleSubscribers subscribers = new IdleSubscribers(cluster, scenario, BROWSERS)) {
                subscribers.connectAll(null);
                for (ServiceInstance socket : cluster.socketServers().subList(0, 2)) {
                    Instant before = Instant.now();
                    scenario.fault("SIGTERM " + socket, socket::stop);
                    Instant stopped = Instant.now();
                    Map<Integer, Long> closeCodes = subscribers.closeCodes(before);
                    assertThat(closeCodes.keySet()).as("codes").containsExactly(SERVICE_RESTART);
                    assertAllReconnect(
                            scenario, subscribers, before, stopped, closeCodes.getOrDefault(SERVICE_RESTART, 0L));
                    scenario.fault("restart " + socket, socket::start);
                    socket.awaitReady();
                }
                subscribers.check();
            }
        });
    }

    private static void assertAllReconnect(
            FaultScenario scenario, IdleSubscribers subscribers, Instant since, Instant stopped, long browsers) {
        Duration took = subscribers.awaitReconnected(stopped);
        Map<Long, Long> arrivals = subscribers.arrivals(since);
        long most = arrivals.values().stream().mapToLong(Long::longValue).max().orElseThrow();
        scenario.note(
                "%,d browsers reconnected after %.1f s; at most %,d in one second, by second %s; close codes %s",
                browsers, took.toMillis() / 1e3, most, arrivals, subscribers.closeCodes(since));
        assertThat(took).isLessThan(RECONNECT_LIMIT);
        assertThat(most).as("maximum reconnections per second").isLessThan(browsers * MAX_PERCENT_PER_SECOND / 100);
    }
}
