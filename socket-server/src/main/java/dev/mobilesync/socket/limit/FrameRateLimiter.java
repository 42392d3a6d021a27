package dev.mobilesync.socket.limit;

import dev.mobilesync.socket.SocketServerProperties.Limits;
import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import io.github.bucket4j.local.SynchronizationStrategy;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Limits the frames of one connection with a token bucket. Not thread-safe. */
public final class FrameRateLimiter {

    private static final Duration SEND_PERIOD = Duration.ofSeconds(10);

    private final @Nullable Bucket bucket;

    private FrameRateLimiter(@Nullable Bucket bucket) {
        this.bucket = bucket;
    }

    /** Limits frames of any kind to {@code factor} times the configured rate and burst. */
    public static FrameRateLimiter forFrames(Limits limits, int factor) {
        return forFrames(limits, factor, TimeMeter.SYSTEM_NANOTIME);
    }

    static FrameRateLimiter forFrames(Limits limits, int factor, TimeMeter clock) {
        if (limits.stompFramesPerSecond() == 0 || limits.stompFrameBurst() == 0) {
            return new FrameRateLimiter(null);
        }
        return of(
                Bandwidth.builder()
                        .capacity((long) limits.stompFrameBurst() * factor)
                        .refillGreedy((long) limits.stompFramesPerSecond() * factor, Duration.ofSeconds(1))
                        .build(),
                clock);
    }

    /** Limits SEND frames to this number in each ten seconds. */
    public static FrameRateLimiter forSends(int frames) {
        return of(
                Bandwidth.builder()
                        .capacity(frames)
                        .refillIntervally(frames, SEND_PERIOD)
                        .build(),
                TimeMeter.SYSTEM_NANOTIME);
    }

    private static FrameRateLimiter of(Bandwidth limit, TimeMeter clock) {
        return new FrameRateLimiter(Bucket.builder()
                .addLimit(limit)
                .withCustomTimePrecision(clock)
                .withSynchronizationStrategy(SynchronizationStrategy.NONE)
                .build());
    }

    /** Whether this many frames are within the limit. */
    public boolean tryAcquire(int frames) {
        return bucket == null || bucket.tryConsume(frames);
    }
}
