package dev.mobilesync.socket;

import dev.mobilesync.messages.AmqpNames;
import dev.mobilesync.messages.Identifiers;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * What can be set of this service.
 *
 * @param socketQueue the queue of broadcasts that this instance alone reads: {@code broadcast_queue}, or
 *     {@code broadcast_queue.<instance>} where there are several instances
 * @param socketQueueClaimTime how long the start waits for that queue if somebody else still reads it: long enough for
 *     the broker to notice that a predecessor has died, which takes it a few heart-beats
 * @param socketMissedAfter after which break in reading it the proctors' connections are closed, so that they fill their
 *     boards again: what was queued on a broker node is gone when that node was restarted, however short that took
 * @param allowedOrigins the pages' origins, such as {@code https://exam.example.org}, whose scripts may connect; a page
 *     from this server's own origin always may
 * @param socketConnectTime how long a new connection may take until its CONNECT frame is accepted
 * @param socketHeartBeat how often the server sends a heart-beat at most, and wants one at most
 * @param socketMaxFrameSize the longest STOMP frame that is read
 * @param socketMaxSubscriptions how many subscriptions one connection may have
 * @param socketSendBuffer how much may wait to be sent to one connection; one that needs more is closed as slow
 * @param socketSendTime how long one message may take to be sent; a connection that takes longer is closed as slow
 * @param socketStopTime over which time the connections are closed when the server stops
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
        @DefaultValue("10s") Duration socketStopTime) {

    /** How long a broadcast waits for an instance that is away. */
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
