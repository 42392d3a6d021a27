package dev.mobilesync.web;

import dev.mobilesync.service.Rounds;
import io.micrometer.core.instrument.MeterRegistry;
import io.minio.errors.MinioException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Sweeps now and then. Every instance tries, each at times of its own, and one of them does. What fails is left to the
 * next time.
 */
final class SweepSchedule implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(SweepSchedule.class);

    private final Sweeper sweeper;
    private final MeterRegistry meters;
    private final Duration interval;
    private final Rounds rounds;

    /**
     * @param interval zero for never
     */
    SweepSchedule(Sweeper sweeper, MeterRegistry meters, Duration interval) {
        this.sweeper = sweeper;
        this.meters = meters;
        this.interval = interval;
        this.rounds = new Rounds("sweep", interval, this::sweep);
    }

    private void sweep() {
        SweepReport report = new SweepReport(log::info);
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
            if (isRunning()) {
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

    @Override
    public void start() {
        rounds.start();
    }

    @Override
    public void stop() {
        rounds.stop();
    }

    @Override
    public boolean isRunning() {
        return rounds.isRunning();
    }

    /** Stops before the publisher does. */
    @Override
    public int getPhase() {
        return 1;
    }
}
