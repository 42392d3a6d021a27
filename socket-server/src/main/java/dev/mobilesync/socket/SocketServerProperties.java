package dev.mobilesync.socket;

import dev.mobilesync.messages.AmqpNames;
import dev.mobilesync.messages.Identifiers;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Properties of this service, {@code mobile-sync.*}.
 *
 * @param socketQueue this instance's exclusive queue of broadcasts: {@code broadcast_queue}, or
 *     {@code broadcast_queue.<instance>} if there are several instances
 * @param socketQueueClaimTime how long startup waits while another consumer holds the queue. The broker needs a few
 *     heart-beats to detect that a previous instance has died
 * @param socketMissedAfter interruption of reading after which proctors are disconnected, so that they reload their boards.
 *     A restart of a broker node loses the messages that are queued on it, however short it is
 * @param allowedOrigins origins, such as {@code https://exam.example.org}, whose scripts may connect. This server's own
 *     origin is always allowed
 * @param socketConnectTime time limit from the handshake to an accepted CONNECT frame
 * @param socketHeartBeat shortest interval of heart-beats, in both directions
 * @param socketMaxFrameSize maximum size of a received STOMP frame
 * @param socketMaxSubscriptions maximum number of subscriptions per connection
 * @param socketSendBuffer maximum of unsent data per connection; a connection that exceeds it is closed as slow
 * @param socketSendTime maximum time to send one message; a connection that exceeds it is closed as slow
 * @param socketStopTime period over which connections are closed at shutdown
 * @param limits limits per client
 */
@ConfigurationProperties("mobile-sync")
public record SocketServerProperties(
        @DefaultValue(AmqpNames.BROADCAST_QUEUE) String socketQueue,
        @DefaultValue("30s") Duration socketQueueClaimTime,
        @DefaultValue("1s") Duration socketMissedAfter,
        @DefaultValue List<String> allowedOrigins,
        @DefaultValue("10s") Duration socketConnectTime,
        @DefaultValue("10s") Duration socketHeartBeat,
        @DefaultValue("16KB") DataSize socketMaxFrameSize,
        @DefaultValue("50") int socketMaxSubscriptions,
        @DefaultValue("256KB") DataSize socketSendBuffer,
        @DefaultValue("10s") Duration socketSendTime,
        @DefaultValue("10s") Duration socketStopTime,
        @DefaultValue Limits limits) {

    /** How long a broadcast stays in the queue of an instance that does not read. */
    public static final Duration BROADCAST_TTL = Duration.ofSeconds(60);

    private static final String INSTANCE_PREFIX = AmqpNames.BROADCAST_QUEUE + ".";

    public SocketServerProperties {
        boolean instance = socketQueue.startsWith(INSTANCE_PREFIX)
                && Identifiers.isValid(socketQueue.substring(INSTANCE_PREFIX.length()));
        require(
                instance || socketQueue.equals(AmqpNames.BROADCAST_QUEUE),
                "MOBILE_SYNC_SOCKET_QUEUE must be " + AmqpNames.BROADCAST_QUEUE + " or " + INSTANCE_PREFIX
                        + "<instance>, the instance matching " + Identifiers.PATTERN);
        require(!socketQueueClaimTime.isNegative(), "MOBILE_SYNC_SOCKET_QUEUE_CLAIM_TIME must not be negative");
        requireTime("MOBILE_SYNC_SOCKET_MISSED_AFTER", socketMissedAfter);
        require(
                socketMissedAfter.compareTo(BROADCAST_TTL) < 0,
                "MOBILE_SYNC_SOCKET_MISSED_AFTER must be less than " + BROADCAST_TTL.toSeconds() + "s");
        allowedOrigins = List.copyOf(allowedOrigins);
        for (String origin : allowedOrigins) {
            require(
                    origin.equals("*") || origin.matches("[a-z][a-z0-9+.-]*://[^/*?#\\s]+"),
                    "MOBILE_SYNC_ALLOWED_ORIGINS must list origins such as https://exam.example.org or"
                            + " capacitor://localhost, or *");
        }
        requireTime("MOBILE_SYNC_SOCKET_CONNECT_TIME", socketConnectTime);
        requireTime("MOBILE_SYNC_SOCKET_HEART_BEAT", socketHeartBeat);
        requireTime("MOBILE_SYNC_SOCKET_SEND_TIME", socketSendTime);
        require(!socketStopTime.isNegative(), "MOBILE_SYNC_SOCKET_STOP_TIME must not be negative");
        requireSize("MOBILE_SYNC_SOCKET_MAX_FRAME_SIZE", socketMaxFrameSize);
        requireSize("MOBILE_SYNC_SOCKET_SEND_BUFFER", socketSendBuffer);
        require(socketMaxSubscriptions > 0, "MOBILE_SYNC_SOCKET_MAX_SUBSCRIPTIONS must be 1 or more");
    }

    /**
     * Limits per client, {@code mobile-sync.limits.*}; 0 disables a limit.
     *
     * @param framesPerSecond frames per connection, including heart-beats. A proctor gets ten times as many, because a board
     *     orders for many examinees at once. Each piece of a fragmented frame counts
     * @param frameBurst frames per connection in one burst; a proctor gets ten times as many
     * @param connectionsPerToken concurrent connections per token, over all instances
     * @param connectsPerAddress new connections per address and minute, over all instances. An exam centre may have one
     *     address for all its users, who all reconnect after a restart
     */
    public record Limits(
            @DefaultValue("20") int framesPerSecond,
            @DefaultValue("50") int frameBurst,
            @DefaultValue("5") int connectionsPerToken,
            @DefaultValue("6000") int connectsPerAddress) {

        private static final int MAX_FRAMES_PER_SECOND = 1_000_000;

        public Limits {
            requireLimit("FRAMES_PER_SECOND", framesPerSecond);
            // A bucket cannot be refilled more than once per nanosecond, and a proctor's is ten times as fast.
            require(
                    framesPerSecond <= MAX_FRAMES_PER_SECOND,
                    "MOBILE_SYNC_LIMITS_FRAMES_PER_SECOND must be at most " + MAX_FRAMES_PER_SECOND);
            requireLimit("FRAME_BURST", frameBurst);
            requireLimit("CONNECTIONS_PER_TOKEN", connectionsPerToken);
            requireLimit("CONNECTS_PER_ADDRESS", connectsPerAddress);
        }

        private static void requireLimit(String key, int value) {
            require(value >= 0, "MOBILE_SYNC_LIMITS_" + key + " must be 1 or more, or 0 for no limit");
        }
    }

    private static void requireTime(String key, Duration value) {
        require(value.compareTo(Duration.ofSeconds(1)) >= 0, key + " must be 1s or more");
    }

    private static void requireSize(String key, DataSize value) {
        require(
                value.toBytes() >= 1024 && value.toBytes() <= Integer.MAX_VALUE / 4,
                key + " must be between 1KB and 511MB");
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
