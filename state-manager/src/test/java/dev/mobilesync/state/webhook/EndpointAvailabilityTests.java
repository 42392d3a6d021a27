package dev.mobilesync.state.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.state.webhook.AttemptResult.AttemptOutcome;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class EndpointAvailabilityTests {

    private static final Duration PROBE = Duration.ofSeconds(15);
    private static final AttemptResult SUCCESS = new AttemptResult(AttemptOutcome.SUCCESS, true, null, "");
    private static final AttemptResult REJECTED = new AttemptResult(AttemptOutcome.REJECTED, true, null, "status 400");

    private final EndpointAvailability availability = new EndpointAvailability("test", PROBE);
    private long now = 1;

    @Test
    void permitsOneProbePerIntervalAfterConsecutiveFailures() {
        for (int i = 0; i < 7; i++) {
            fail(null);
            assertThat(availability.tryAcquire(now)).isTrue();
        }
        fail(null);

        assertThat(availability.isAvailable()).isFalse();
        assertThat(availability.lastFailure()).isEqualTo("status 500");
        assertThat(availability.tryAcquire(now)).isFalse();
        assertThat(availability.delay(now)).isEqualTo(PROBE.toNanos());
        now += PROBE.toNanos();
        assertThat(availability.tryAcquire(now)).isTrue();
        assertThat(availability.tryAcquire(now)).isFalse();
    }

    @Test
    void successOrRejectionEndsOutage() {
        for (int i = 0; i < 8; i++) {
            fail(null);
        }
        assertThat(availability.onResult(REJECTED, now)).isTrue();
        assertThat(availability.tryAcquire(now)).isTrue();
        assertThat(availability.onResult(SUCCESS, now)).isFalse();
    }

    @Test
    void otherResultsBetweenFailuresKeepEndpointAvailable() {
        for (int i = 0; i < 20; i++) {
            fail(null);
            availability.onResult(SUCCESS, now);
        }
        assertThat(availability.isAvailable()).isTrue();
    }

    @Test
    void pausesAsLongAsEndpointAsks() {
        fail(Duration.ofMinutes(2));

        now += Duration.ofMinutes(2).toNanos() - 1;
        assertThat(availability.tryAcquire(now)).isFalse();
        now++;
        assertThat(availability.tryAcquire(now)).isTrue();
    }

    @Test
    void laterFailureDoesNotShortenPause() {
        fail(Duration.ofHours(1));
        fail(null);

        assertThat(availability.delay(now)).isEqualTo(Duration.ofHours(1).toNanos());
    }

    private void fail(@Nullable Duration retryAfter) {
        availability.onResult(new AttemptResult(AttemptOutcome.UNAVAILABLE, false, retryAfter, "status 500"), now);
    }
}
