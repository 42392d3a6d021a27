package dev.mobilesync.socket;

import dev.mobilesync.messages.AmqpNames;
import dev.mobilesync.messages.Identifiers;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.PositiveOrZero;
import java.time.Duration;
import java.util.List;
import org.hibernate.validator.constraints.Range;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * Properties of this service, {@code mobile-sync.*}.
 *
 * @param socketQueue this instance's exclusive queue of broadcasts: {@code broadcast_queue}, or
 *     {@code broadcast_queue.<instance>} if there are several instances
 * @param socketQueueAcquireTimeout how long startup waits while another instance has the queue: the broker needs a few
 *     heart-beats to detect that a previous instance has died
 * @param allowedOrigins origins, such as {@code https://exam.example.org}, whose scripts may connect. This server's own
 *     origin is always allowed
 * @param stompConnectTimeout time limit from the handshake to an accepted CONNECT frame
 * @param socketHeartBeat shortest interval of heart-beats that is negotiated, in both directions
 * @param socketMaxConnections maximum number of connections; further ones are closed at once
 * @param socketMaxFrameSize maximum size of a received WebSocket frame and of a STOMP frame
 * @param socketMaxSubscriptions maximum number of subscriptions per connection
 * @param socketSendBuffer maximum unsent data per connection; a connection that exceeds it is closed as slow
 * @param socketWriteTimeout time limit to send one message; a connection that exceeds it is closed as slow
 * @param socketStopTime period over which connections are closed at shutdown, and those of boards after dropped broadcasts
 * @param limits limits per client
 */
@Validated
@ConfigurationProperties("mobile-sync")
public record SocketServerProperties(
        @DefaultValue(AmqpNames.BROADCAST_QUEUE)
        @Pattern(regexp = QUEUE, message = "must be broadcast_queue or broadcast_queue.<instance>")
        String socketQueue,

        @DefaultValue("30s") @DurationMin(message = NOT_NEGATIVE)
        Duration socketQueueAcquireTimeout,

        @DefaultValue List<@Pattern(regexp = ORIGIN, message = ORIGINS) String> allowedOrigins,

        @DefaultValue("10s") @DurationMin(seconds = 1) Duration stompConnectTimeout,
        @DefaultValue("10s") @DurationMin(seconds = 1) Duration socketHeartBeat,

        @DefaultValue("120000") @Positive int socketMaxConnections,

        @DefaultValue("16KB") @Range(min = 1024, max = Integer.MAX_VALUE / 4, message = SIZE)
        DataSize socketMaxFrameSize,

        @DefaultValue("50") @Positive int socketMaxSubscriptions,

        @DefaultValue("256KB") @Range(min = 1024, max = Integer.MAX_VALUE / 4, message = SIZE)
        DataSize socketSendBuffer,

        @DefaultValue("10s") @DurationMin(seconds = 1) Duration socketWriteTimeout,

        @DefaultValue("10s") @DurationMin(message = NOT_NEGATIVE)
        Duration socketStopTime,

        @DefaultValue @Valid Limits limits) {

    private static final String QUEUE = AmqpNames.BROADCAST_QUEUE + "(\\." + Identifiers.PATTERN + ")?";
    private static final String ORIGIN = "\\*|[a-z][a-z0-9+.-]*://[^/*?#\\s]+";
    private static final String ORIGINS =
            "must list origins such as https://exam.example.org or capacitor://localhost, or *";
    private static final String NOT_NEGATIVE = "must not be negative";
    private static final String SIZE = "must be between 1KB and 511MB";

    /**
     * Limits per client, {@code mobile-sync.limits.*}; 0 disables a limit.
     *
     * @param stompFramesPerSecond frames that a connection may send per second, including heart-beats and each fragment of a frame. A
     *     proctor's connection may send ten times as many, because a board sends orders for many examinees at once
     * @param stompFrameBurst frames that a connection may send at once; a proctor's connection ten times as many
     * @param connectionsPerToken concurrent connections per token, over all instances
     * @param handshakesPerAddress new connections per address and minute, over all instances. An exam centre may have one
     *     address for all its users, who all reconnect after a restart
     */
    public record Limits(
            // Generous: a token bucket refills at most 1e9 tokens per second, and a proctor's takes ten times this
            // value.
            @DefaultValue("20") @PositiveOrZero @Max(1_000_000)
            int stompFramesPerSecond,

            @DefaultValue("50") @PositiveOrZero int stompFrameBurst,
            @DefaultValue("5") @PositiveOrZero int connectionsPerToken,
            @DefaultValue("6000") @PositiveOrZero int handshakesPerAddress) {}
}
