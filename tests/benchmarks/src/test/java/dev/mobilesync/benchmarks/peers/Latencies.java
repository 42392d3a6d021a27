package dev.mobilesync.benchmarks.peers;

import tools.jackson.databind.JsonNode;

/**
 * Latencies from the publication of a message to its effect, in ms.
 *
 * @param count number of messages
 */
public record Latencies(int count, double p50, double p99, double max) {

    static Latencies of(JsonNode answer) {
        return new Latencies(
                answer.path("count").asInt(),
                answer.path("p50").asDouble(),
                answer.path("p99").asDouble(),
                answer.path("max").asDouble());
    }
}
