package dev.mobilesync.web.store;

import dev.mobilesync.web.common.Deadline;
import java.time.Duration;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/** Sends a request to the object store for each health check. */
final class StoreHealth implements HealthIndicator {

    private static final Duration TIMEOUT = Duration.ofSeconds(1);

    private final CaptureStore store;

    StoreHealth(CaptureStore store) {
        this.store = store;
    }

    @Override
    public Health health() {
        try {
            store.ping(Deadline.in(TIMEOUT));
            return Health.up().build();
        } catch (StoreFailedException e) {
            return Health.down()
                    .withDetail("reason", String.valueOf(e.getMessage()))
                    .build();
        }
    }
}
