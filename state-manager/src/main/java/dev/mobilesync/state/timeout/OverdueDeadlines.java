package dev.mobilesync.state.timeout;

import dev.mobilesync.state.record.DeadlineStore;
import dev.mobilesync.state.record.RedisClock;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;

/**
 * Counts the deadlines that passed some time ago and that no instance has leased, and those that this instance had to postpone.
 * While Redis is unavailable, it reports no number (NaN).
 */
final class OverdueDeadlines {

    private static final Logger log = LoggerFactory.getLogger(OverdueDeadlines.class);

    /** Ten scans, by default. */
    private static final Duration GRACE = Duration.ofSeconds(10);

    private final DeadlineStore deadlineStore;
    private final TimeoutProcessor timeoutProcessor;
    private final RedisClock clock;
    private volatile double overdue = Double.NaN;

    OverdueDeadlines(
            DeadlineStore deadlineStore, TimeoutProcessor timeoutProcessor, RedisClock clock, MeterRegistry meters) {
        this.deadlineStore = deadlineStore;
        this.timeoutProcessor = timeoutProcessor;
        this.clock = clock;
        Gauge.builder("mobile.sync.overdue.deadlines", this, each -> each.overdue)
                .description("Passed deadlines that are not handled")
                .register(meters);
    }

    /** Does not throw. */
    void sample() {
        try {
            overdue = (double) deadlineStore.countBefore(clock.now().minus(GRACE)) + timeoutProcessor.postponed();
        } catch (DataAccessException e) {
            log.debug("the number of overdue deadlines is unknown", e);
            overdue = Double.NaN;
        }
    }
}
