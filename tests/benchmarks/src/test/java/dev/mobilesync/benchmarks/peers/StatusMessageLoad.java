package dev.mobilesync.benchmarks.peers;

import java.util.Map;

/** Publishes statuses of pictures and receives the broadcasts that a {@link MeasuredStateProcessor} answers with. */
public final class StatusMessageLoad implements AutoCloseable {

    private static final double MILLIS_PER_SECOND = 1e3;

    private final NodeClient client;

    StatusMessageLoad(NodeClient client) {
        this.client = client;
    }

    /**
     * Publishes statuses of as many examinees as fast as the broker confirms them; ends with the last broadcast.
     *
     * @return changes per second
     */
    public double burst(int count) {
        return count
                * MILLIS_PER_SECOND
                / client.run("burst", Map.of("count", count)).path("millis").asDouble();
    }

    /** Publishes statuses at a fixed rate. */
    public Latencies atRate(int perSecond, int seconds) {
        return Latencies.of(client.run("atRate", Map.of("perSecond", perSecond, "seconds", seconds)));
    }

    @Override
    public void close() {
        client.close();
    }
}
