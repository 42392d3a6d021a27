package dev.mobilesync.benchmarks.peers;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;

/** Thousands of browsers of one server, each of its own examinee; and the broadcasts to them. */
public final class Browsers implements AutoCloseable {

    private static final int HANDSHAKES_AT_ONCE = 32;
    private static final double MILLIS_PER_SECOND = 1e3;

    private final NodeClient client;
    private final Map<String, Object> connectOptions = new HashMap<>(Map.of("atOnce", HANDSHAKES_AT_ONCE));

    Browsers(NodeClient client) {
        this.client = client;
    }

    /**
     * The state of all connections.
     *
     * @param open number of connections
     * @param lost number of connections that the server or the network ended
     * @param heartBeats number of heart-beats that arrived since the last status
     */
    public record Counts(int open, int lost, int heartBeats) {}

    /** New connections come from so many addresses, {@code 127.0.0.2} and the next ones. */
    public Browsers fromAddresses(int addresses) {
        connectOptions.put("addresses", addresses);
        return this;
    }

    /** New connections exchange heart-beats at this interval, in both directions. STOMP only. */
    public Browsers withHeartBeats(int intervalMillis) {
        connectOptions.put("heartBeat", intervalMillis);
        client.run("sendHeartBeats", Map.of("interval", intervalMillis));
        return this;
    }

    /**
     * Connects the browsers of the examinees {@code first} to {@code first + count - 1}: each connects, logs in, subscribes
     * and receives its state.
     *
     * @return connections per second
     */
    public double connect(int first, int count) {
        Map<String, Object> options = new HashMap<>(connectOptions);
        options.put("first", first);
        options.put("count", count);
        return perSecond(count, client.run("connect", options));
    }

    /**
     * Publishes broadcasts as fast as the broker confirms them, in turn to these browsers, and waits until all have arrived.
     *
     * @return pushes per second
     */
    public double push(int first, int count, int pushes) {
        return perSecond(pushes, client.run("push", Map.of("first", first, "count", count, "pushes", pushes)));
    }

    /**
     * Publishes broadcasts for examinees without a browser here, then one to the browser {@code first}, and waits for that.
     *
     * @return broadcasts per second
     */
    public double publishToOthers(int first, int broadcasts) {
        return perSecond(broadcasts, client.run("publishToOthers", Map.of("first", first, "broadcasts", broadcasts)));
    }

    /** Publishes broadcasts at a fixed rate, in turn to these browsers. */
    public Latencies pushAtRate(int first, int count, int perSecond, int seconds) {
        return Latencies.of(client.run(
                "pushAtRate", Map.of("first", first, "count", count, "perSecond", perSecond, "seconds", seconds)));
    }

    /**
     * Makes the server fail; each browser then connects to another server and receives its state.
     *
     * @param otherServer its URL
     * @return seconds from the first lost connection until 1 %, 2 %, … 100 % of the browsers had their state
     */
    public List<Double> reconnect(String otherServer, int handshakesAtOnce, Runnable fail) {
        client.send("reconnect", Map.of("server", otherServer, "atOnce", handshakesAtOnce));
        fail.run();
        return StreamSupport.stream(client.answer().path("millis").spliterator(), false)
                .map(millis -> millis.asDouble() / MILLIS_PER_SECOND)
                .toList();
    }

    public Counts counts() {
        JsonNode status = client.run("status", Map.of());
        return new Counts(
                status.path("open").asInt(),
                status.path("lost").asInt(),
                status.path("heartBeats").asInt());
    }

    /** Closes all connections. */
    public void disconnect() {
        client.run("disconnect", Map.of());
    }

    private static double perSecond(int count, JsonNode answer) {
        return count * MILLIS_PER_SECOND / answer.path("millis").asDouble();
    }

    @Override
    public void close() {
        client.close();
    }
}
