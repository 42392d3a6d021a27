package dev.mobilesync.web;

import java.time.Duration;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/** Whether the object store answers, asked anew each time. */
final class StoreHealth extends AbstractHealthIndicator {

    private static final Duration LIMIT = Duration.ofSeconds(1);

    private final CaptureStore store;

    StoreHealth(CaptureStore store) {
        super("the object store does not answer");
        this.store = store;
    }

    @Override
    protected void doHealthCheck(Health.Builder builder) throws StoreFailedException {
        store.ping(Deadline.in(LIMIT));
        builder.up();
    }
}
