package dev.mobilesync.socket;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Limits, {@code mobile-sync.limits.*}; 0 disables a limit.
 *
 * @param framesPerSecond frames per connection, including heart-beats. A proctor gets ten times as many, because a board
 *     orders for many examinees at once. Each piece of a fragmented frame counts
 * @param frameBurst frames per connection in one burst; a proctor gets ten times as many
 * @param connectionsPerToken concurrent connections per token, over all instances
 * @param connectsPerAddress new connections per address and minute, over all instances. An exam centre may have one
 *     address for all its users, who all reconnect after a restart
 */
@ConfigurationProperties("mobile-sync.limits")
public record SocketLimits(
        @DefaultValue("20") int framesPerSecond,
        @DefaultValue("50") int frameBurst,
        @DefaultValue("5") int connectionsPerToken,
        @DefaultValue("6000") int connectsPerAddress) {

    public SocketLimits {
        require(framesPerSecond, "FRAMES_PER_SECOND");
        require(frameBurst, "FRAME_BURST");
        require(connectionsPerToken, "CONNECTIONS_PER_TOKEN");
        require(connectsPerAddress, "CONNECTS_PER_ADDRESS");
    }

    private static void require(int value, String key) {
        if (value < 0) {
            throw new IllegalArgumentException("MOBILE_SYNC_LIMITS_" + key + " must be 1 or more, or 0 for no limit");
        }
    }
}
