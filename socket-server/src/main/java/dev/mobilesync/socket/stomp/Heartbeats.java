package dev.mobilesync.socket.stomp;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * What was agreed on with one browser.
 *
 * @param sendAfterNanos after which time without a message the server sends a heart-beat; 0 for never. Each connection
 *     has another one, so that they do not all beat at once
 * @param silentAfterNanos after which time without anything from the browser it is taken to be gone; 0 for never
 */
public record Heartbeats(long sendAfterNanos, long silentAfterNanos) {

    private static final int PATIENCE = 3;
    private static final double EARLIEST = 0.6;
    private static final double LATEST = 0.85;

    /**
     * As STOMP has it: the longer of both sides' intervals counts, and 0 on either side means none.
     *
     * @param client the client's {@code heart-beat} header: what it can send and what it wants, in ms
     */
    public static Heartbeats agree(long[] client, Duration server) {
        long own = server.toMillis();
        long canSend = client[0] <= 0 ? 0 : Math.max(client[0], own);
        long wants = client[1] <= 0 ? 0 : Math.max(client[1], own);
        double share = ThreadLocalRandom.current().nextDouble(EARLIEST, LATEST);
        return new Heartbeats(
                (long) (Duration.ofMillis(wants).toNanos() * share),
                Duration.ofMillis(canSend).multipliedBy(PATIENCE).toNanos());
    }
}
