package dev.mobilesync.web.retention;

import dev.mobilesync.web.store.CaptureVersions;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.minio.errors.MinioException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the retention on a schedule, and logs and counts what it deleted. The next run repeats a failed one. */
final class RetentionJob {

    private static final Logger log = LoggerFactory.getLogger(RetentionJob.class);

    /** After a run that found nothing to delete, all instances pause for this time. */
    private static final Duration IDLE_PAUSE = Duration.ofHours(6);

    private final RetentionRun retentionRun;
    private final Counter done;
    private final Counter failed;
    private final Counter deleted;

    RetentionJob(RetentionRun retentionRun, MeterRegistry meters) {
        this.retentionRun = retentionRun;
        this.done = meters.counter("mobile.sync.retention.runs", "outcome", "done");
        this.failed = meters.counter("mobile.sync.retention.runs", "outcome", "failed");
        this.deleted = meters.counter("mobile.sync.retention.deleted");
    }

    void runOnce() {
        RetentionReport report = new RetentionReport(false, log::debug, listed -> {});
        try {
            if (retentionRun.runIfDue(IDLE_PAUSE, report)) {
                finish(report);
            }
        } catch (MinioException | RuntimeException e) {
            if (!Thread.currentThread().isInterrupted()) {
                failed.increment();
                log.warn("retention stopped after {}; the next run repeats it: {}", report, CaptureVersions.reason(e));
            }
        } finally {
            deleted.increment(report.totalDeleted());
        }
    }

    private void finish(RetentionReport report) {
        if (report.remaining() > 0) {
            failed.increment();
            log.warn("retention is not complete: {}; the command retention run names what remains", report);
            return;
        }
        done.increment();
        if (report.isIdle()) {
            log.debug("retention: {}", report);
        } else {
            log.info("retention: {}", report);
        }
    }
}
