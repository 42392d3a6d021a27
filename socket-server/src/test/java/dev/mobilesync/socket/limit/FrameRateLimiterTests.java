package dev.mobilesync.socket.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.socket.SocketServerProperties.Limits;
import io.github.bucket4j.TimeMeter;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class FrameRateLimiterTests {

    private long nanos;
    private final TimeMeter clock = new TimeMeter() {
        @Override
        public long currentTimeNanos() {
            return nanos;
        }

        @Override
        public boolean isWallClockBased() {
            return false;
        }
    };

    @Test
    void allowsBurstThenSteadyRate() {
        FrameRateLimiter limiter = FrameRateLimiter.forFrames(new Limits(20, 50, 0, 0), 1, clock);
        assertThat(limiter.tryAcquire(50)).isTrue();
        for (int second = 1; second <= 100; second++) {
            nanos += TimeUnit.SECONDS.toNanos(1);
            assertThat(limiter.tryAcquire(20)).isTrue();
        }
        assertThat(limiter.tryAcquire(1)).isFalse();
    }

    @Test
    void appliesFactor() {
        FrameRateLimiter limiter = FrameRateLimiter.forFrames(new Limits(20, 50, 0, 0), 10, clock);
        assertThat(limiter.tryAcquire(500)).isTrue();
        assertThat(limiter.tryAcquire(1)).isFalse();
        nanos += TimeUnit.SECONDS.toNanos(1);
        assertThat(limiter.tryAcquire(200)).isTrue();
        assertThat(limiter.tryAcquire(1)).isFalse();
    }

    @Test
    void limitsSendsToBurst() {
        FrameRateLimiter limiter = FrameRateLimiter.forSends(10);
        assertThat(limiter.tryAcquire(10)).isTrue();
        assertThat(limiter.tryAcquire(10)).isFalse();
    }

    @Test
    void zeroDisablesLimit() {
        assertThat(FrameRateLimiter.forFrames(new Limits(0, 50, 0, 0), 1, clock).tryAcquire(1_000_000))
                .isTrue();
        assertThat(FrameRateLimiter.forFrames(new Limits(20, 0, 0, 0), 1, clock).tryAcquire(1_000_000))
                .isTrue();
    }

    @Test
    void limitsHighestRateOfProctor() {
        FrameRateLimiter limiter = FrameRateLimiter.forFrames(new Limits(1_000_000, 50, 0, 0), 10, clock);
        assertThat(limiter.tryAcquire(500)).isTrue();
        assertThat(limiter.tryAcquire(1)).isFalse();
    }
}
