package dev.mobilesync.socket.stomp;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HeartbeatsTests {

    private static final Duration SERVER = Duration.ofSeconds(10);

    @Test
    void appliesLongerInterval() {
        Heartbeats quick = Heartbeats.negotiate(new long[] {1_000, 1_000}, SERVER);
        assertThat(quick.silentAfterNanos()).isEqualTo(Duration.ofSeconds(30).toNanos());
        assertThat(quick.sendAfterNanos()).isLessThan(SERVER.toNanos());
        Heartbeats slow = Heartbeats.negotiate(new long[] {60_000, 60_000}, SERVER);
        assertThat(slow.silentAfterNanos()).isEqualTo(Duration.ofSeconds(180).toNanos());
        assertThat(slow.sendAfterNanos())
                .isBetween(
                        Duration.ofSeconds(30).toNanos(), Duration.ofSeconds(60).toNanos());
    }

    @Test
    void zeroDisables() {
        Heartbeats none = Heartbeats.negotiate(new long[] {0, 0}, SERVER);
        assertThat(none.silentAfterNanos()).isZero();
        assertThat(none.sendAfterNanos()).isZero();
    }

    @Test
    void spreadsHeartbeats() {
        assertThat(IntStream.range(0, 100)
                        .mapToLong(i -> Heartbeats.negotiate(new long[] {0, 10_000}, SERVER)
                                .sendAfterNanos())
                        .distinct()
                        .count())
                .isGreaterThan(90);
    }
}
