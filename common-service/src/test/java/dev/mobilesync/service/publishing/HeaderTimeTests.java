package dev.mobilesync.service.publishing;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class HeaderTimeTests {

    private final Timer timer = new SimpleMeterRegistry().timer("test");

    @Test
    void recordsTimeSinceHeader() {
        HeaderTime.record(timer, HeaderTime.nanosSince(millis(System.currentTimeMillis() - 5_000)));
        assertThat(timer.totalTime(TimeUnit.SECONDS)).isBetween(5.0, 60.0);
    }

    @Test
    void recordsFutureAsZero() {
        HeaderTime.record(timer, HeaderTime.nanosSince(millis(System.currentTimeMillis() + 60_000)));
        assertThat(timer.count()).isEqualTo(1);
        assertThat(timer.totalTime(TimeUnit.SECONDS)).isZero();
    }

    @Test
    void ignoresMissingAndForeignHeaders() {
        assertThat(HeaderTime.millis(Map.of(), "sent-at")).isEqualTo(HeaderTime.NONE);
        assertThat(millis("yesterday")).isEqualTo(HeaderTime.NONE);
        HeaderTime.record(timer, HeaderTime.nanosSince(HeaderTime.NONE));
        assertThat(timer.count()).isZero();
    }

    private static long millis(Object value) {
        return HeaderTime.millis(Map.of("sent-at", value), "sent-at");
    }
}
