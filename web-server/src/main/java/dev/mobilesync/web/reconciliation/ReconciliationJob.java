package dev.mobilesync.web.reconciliation;

import dev.mobilesync.service.lifecycle.JitteredTrigger;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.minio.errors.MinioException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the reconciliation on a schedule, and logs and counts its findings. The next run repeats one that failed or could not read
 * everything.
 */
final class ReconciliationJob {

    private static final Logger log = LoggerFactory.getLogger(ReconciliationJob.class);

    private final CaptureReconciliation reconciliation;
    private final MeterRegistry meters;
    private final Duration minInterval;

    /**
     * @param interval between the beginnings of two complete runs, of all instances together; at least the trigger's shortest pause
     */
    ReconciliationJob(CaptureReconciliation reconciliation, MeterRegistry meters, Duration interval) {
        this.reconciliation = reconciliation;
        this.meters = meters;
        this.minInterval = new JitteredTrigger(interval).shortestPause();
        counter("done");
        counter("incomplete");
        counter("failed");
        OrphanDetector.REASONS.forEach(this::found);
        found(ReconciliationReport.UNREADABLE);
    }

    void runOnce() {
        ReconciliationReport report = new ReconciliationReport(log::info, inspected -> {});
        try {
            if (reconciliation.reconcileNew(minInterval, report)) {
                counter(report.isComplete() ? "done" : "incomplete").increment();
                if (report.found().isEmpty()) {
                    log.debug("sweep: {}", report);
                } else {
                    log.info("sweep: {}", report);
                }
            }
        } catch (MinioException | RuntimeException e) {
            if (!Thread.currentThread().isInterrupted()) {
                counter("failed").increment();
                log.warn("sweep stopped after {}; the next one repeats it: {}", report, e.toString());
            }
        } finally {
            report.found().forEach((reason, number) -> found(reason).increment(number));
        }
    }

    private Counter counter(String outcome) {
        return meters.counter("mobile.sync.sweeps", "outcome", outcome);
    }

    private Counter found(String reason) {
        return meters.counter("mobile.sync.sweep.found", "reason", reason);
    }
}
