package dev.mobilesync.web.sweep;

import io.micrometer.core.instrument.MeterRegistry;
import io.minio.errors.MinioException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sweeps now and then. Every instance tries, each at times of its own, and one of them does. What fails is left to the
 * next time.
 */
final class ReconciliationJob {

    private static final Logger log = LoggerFactory.getLogger(ReconciliationJob.class);

    private final Sweeper sweeper;
    private final MeterRegistry meters;
    private final Duration interval;

    /**
     * @param interval how often, all instances together
     */
    ReconciliationJob(Sweeper sweeper, MeterRegistry meters, Duration interval) {
        this.sweeper = sweeper;
        this.meters = meters;
        this.interval = interval;
    }

    /** One round of many. */
    void sweep() {
        ReconciliationReport report = new ReconciliationReport(log::info);
        try {
            if (sweeper.sweepNew(interval.dividedBy(2), report)) {
                count("done");
                if (report.found().isEmpty()) {
                    log.debug("sweep: {}", report);
                } else {
                    log.info("sweep: {}", report);
                }
            }
        } catch (MinioException | RuntimeException e) {
            if (!Thread.currentThread().isInterrupted()) {
                count("failed");
                log.warn("sweep: {}, then it failed and is tried again later: {}", report, e.toString());
            }
        } finally {
            report.found().forEach((why, number) -> meters.counter("mobile.sync.sweep.found", "why", why)
                    .increment(number));
        }
    }

    private void count(String outcome) {
        meters.counter("mobile.sync.sweeps", "outcome", outcome).increment();
    }
}
