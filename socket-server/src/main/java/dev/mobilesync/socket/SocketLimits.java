package dev.mobilesync.socket;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How much is taken from whom, {@code mobile-sync.limits.*}; 0 is without a limit.
 *
 * @param framesPerSecond frames of one connection, heart-beats too; ten times as many of a proctor's, whose board orders
 *     for many examinees at once. A frame that comes in pieces counts by piece
 * @param frameBurst how many of them may come at once; ten times as many of a proctor's
 * @param connectionsPerToken connections with one token at a time, to all instances
 * @param connectsPerAddress new connections from one address within a minute, to all instances. An exam centre may
 *     have one address for all its people, who all come back when the server was restarted
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
