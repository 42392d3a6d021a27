package dev.mobilesync.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Thousands of sockets lose their server: they come back elsewhere, one by one, to the state as it is. */
@Tag("slow")
@OnRig(Shape.THREE_SOCKET_SERVERS)
class SocketServersIT {

    private static final int SOCKETS = Integer.getInteger("reliability.sockets", 5_000);
    private static final Duration BACK_WITHIN = Duration.ofSeconds(30);
    private static final Load STREAM = Load.usual(300, Duration.ofSeconds(90));
    /** Out of a hundred who come back, how many may in the same second. */
    private static final int MOST_IN_A_SECOND = 45;

    private static final int SERVICE_RESTARTS = 1012;

    @Test
    void oneIsKilledWithAllOfThem(Rig rig) throws Exception {
        Row.run(rig, "socket-server killed with %,d sockets".formatted(SOCKETS), STREAM, row -> {
            try (Onlookers onlookers = new Onlookers(row, SOCKETS)) {
                onlookers.come(rig.socket(0));
                Instant killed = Instant.now();
                row.fault("kill -9 socket-server-1", rig.socket(0)::kill);
                allComeBack(row, onlookers, killed, killed, SOCKETS);
                onlookers.check();
            }
        });
    }

    @Test
    void twoOfThreeAreRestartedInTurn(Rig rig) throws Exception {
        Row.run(rig, "two of three socket-servers restarted in turn, %,d sockets".formatted(SOCKETS), STREAM, row -> {
            try (Onlookers onlookers = new Onlookers(row, SOCKETS)) {
                onlookers.come(null);
                for (ServiceInstance socket : rig.socketServers().subList(0, 2)) {
                    Instant before = Instant.now();
                    row.fault("SIGTERM " + socket, socket::stop);
                    Instant gone = Instant.now();
                    Map<Integer, Long> ends = onlookers.ends(before);
                    assertThat(ends.keySet()).as("codes").containsExactly(SERVICE_RESTARTS);
                    allComeBack(row, onlookers, before, gone, ends.getOrDefault(SERVICE_RESTARTS, 0L));
                    row.fault("start it again", socket::start);
                    socket.awaitReady();
                }
                onlookers.check();
            }
        });
    }

    private static void allComeBack(Row row, Onlookers onlookers, Instant since, Instant gone, long sockets) {
        Duration took = onlookers.awaitBack(gone);
        Map<Long, Long> arrivals = onlookers.arrivals(since);
        long most = arrivals.values().stream().mapToLong(Long::longValue).max().orElseThrow();
        row.saw(
                "%,d sockets back after %.1f s; at most %,d in a second, by second %s; ends %s",
                sockets, took.toMillis() / 1e3, most, arrivals, onlookers.ends(since));
        assertThat(took).isLessThan(BACK_WITHIN);
        assertThat(most).as("at most in a second").isLessThan(sockets * MOST_IN_A_SECOND / 100);
    }
}
