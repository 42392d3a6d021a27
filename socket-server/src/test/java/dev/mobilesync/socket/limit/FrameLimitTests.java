package dev.mobilesync.socket.limit;

import dev.mobilesync.socket.SocketLimits;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class FrameLimitTests {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    @Test
    void takesABurstAndThenSoManyASecond() {
        FrameLimit limit = new FrameLimit(new SocketLimits(20, 50, 0, 0), 0);
        assertThat(limit.tryUse(50, 1, 0)).isTrue();
        for (int second = 1; second <= 100; second++) {
            assertThat(limit.tryUse(20, 1, second * SECOND)).isTrue();
        }
        assertThat(limit.tryUse(1, 1, 100 * SECOND)).isFalse();
    }

    @Test
    void givesMoreToWhoMayHaveMore() {
        FrameLimit limit = new FrameLimit(new SocketLimits(20, 50, 0, 0), 0);
        assertThat(limit.tryUse(50, 1, 0)).isTrue();
        assertThat(limit.tryUse(450, 10, 0)).isTrue();
        assertThat(limit.tryUse(1, 10, 0)).isFalse();
    }

    @Test
    void zeroIsWithoutALimit() {
        assertThat(new FrameLimit(new SocketLimits(0, 50, 0, 0), 0).tryUse(1_000_000, 1, 0))
                .isTrue();
        assertThat(new FrameLimit(new SocketLimits(20, 0, 0, 0), 0).tryUse(1_000_000, 1, 0))
                .isTrue();
    }

    @Test
    void aNegativeLimitIsAMistake() {
        assertThatThrownBy(() -> new SocketLimits(20, -1, 0, 0)).hasMessageContaining("MOBILE_SYNC_LIMITS_FRAME_BURST");
    }
}
