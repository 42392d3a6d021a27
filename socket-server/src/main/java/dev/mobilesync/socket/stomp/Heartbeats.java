package dev.mobilesync.socket.stomp;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The negotiated heart-beats of one connection.
 *
 * @param sendAfterNanos idle time after which the server sends a heart-beat; 0 for never. Each connection has a random
 *     share of the interval, so that heart-beats spread over time
 * @param silentAfterNanos time without data from the browser after which the connection is closed; 0 for never
 */
public record Heartbeats(long sendAfterNanos, long silentAfterNanos) {

    private static final int TOLERATED_INTERVALS = 3;
    private static final double MIN_SHARE = 0.6;
    private static final double MAX_SHARE = 0.85;

    /**
     * Negotiates as STOMP specifies: the longer interval of both sides applies, and 0 on either side disables.
     *
     * @param client the client's {@code heart-beat} header: the interval that it offers and the one that it requests, in ms
     */
    public static Heartbeats negotiate(long[] client, Duration server) {
        long own = server.toMillis();
        long canSend = client[0] <= 0 ? 0 : Math.max(client[0], own);
        long wants = client[1] <= 0 ? 0 : Math.max(client[1], own);
        double share = ThreadLocalRandom.current().nextDouble(MIN_SHARE, MAX_SHARE);
        return new Heartbeats(
                (long) (Duration.ofMillis(wants).toNanos() * share),
                Duration.ofMillis(canSend).multipliedBy(TOLERATED_INTERVALS).toNanos());
    }
}
