package dev.mobilesync.service.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.springframework.util.backoff.BackOffExecution;

class JitteredBackOffTests {

    @Test
    void doublesWithJitterUpToLongest() {
        JitteredBackOff backOff = new JitteredBackOff(Duration.ofMillis(200), Duration.ofSeconds(1));
        Set<Long> last = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            BackOffExecution pauses = backOff.start();
            assertThat(pauses.nextBackOff()).isBetween(200L, 300L);
            assertThat(pauses.nextBackOff()).isBetween(200L, 600L);
            assertThat(pauses.nextBackOff()).isBetween(400L, 1_000L);
            last.add(pauses.nextBackOff());
        }
        assertThat(last).hasSizeGreaterThan(10).allSatisfy(pause -> assertThat(pause)
                .isBetween(500L, 1_000L));
    }
}
