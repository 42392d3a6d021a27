package dev.mobilesync.state.listener;

import dev.mobilesync.service.publishing.PublishFailedException;
import dev.mobilesync.service.resilience.CircuitBreaker;
import dev.mobilesync.service.resilience.JitteredBackOff;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.util.backoff.BackOffExecution;

/**
 * Retries failed deliveries indefinitely with growing pauses, while others are processed. The listener's prefetch
 * bounds how many can be pending.
 */
final class RetryScheduler implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(RetryScheduler.class);
    private static final int THREADS = 4;

    private final StatusQueueProcessor processor;
    private final Duration stateChangeNotifyAfter;
    private final JitteredBackOff backOff;
    private final AtomicInteger pending = new AtomicInteger();
    private final ScheduledExecutorService executor = new ScheduledThreadPoolExecutor(
            THREADS,
            task -> {
                Thread thread = new Thread(task, "retry");
                thread.setDaemon(true);
                return thread;
            },
            new ThreadPoolExecutor.DiscardPolicy());

    /**
     * @param stateChangeNotifyAfter the time since receipt after which a failed retry notifies the examinee and the proctors of the
     *     delay
     */
    RetryScheduler(
            StatusQueueProcessor processor,
            MeterRegistry meters,
            Duration stateChangeNotifyAfter,
            JitteredBackOff backOff) {
        this.processor = processor;
        this.stateChangeNotifyAfter = stateChangeNotifyAfter;
        this.backOff = backOff;
        meters.gauge("mobile.sync.pending.retries", pending);
        // Deprecated: renamed to mobile.sync.pending.retries.
        meters.gauge("mobile.sync.parked", pending);
    }

    /** Schedules retries of each delivery until one succeeds or the channel closes. */
    void retryAll(List<StatusQueueProcessor.Failed> failed) {
        pending.addAndGet(failed.size());
        failed.forEach(each -> new ScheduledRetry(each.delivery()).onFailure(each.failure()));
    }

    /** The broker redelivers the messages that are still pending. */
    @Override
    public void close() {
        executor.shutdownNow();
    }

    private final class ScheduledRetry implements Runnable {

        private final StatusQueueDelivery delivery;
        private final BackOffExecution pauses = backOff.start();
        private boolean notified;
        private boolean defectLogged;

        private ScheduledRetry(StatusQueueDelivery delivery) {
            this.delivery = delivery;
        }

        @Override
        public void run() {
            if (!delivery.isChannelOpen()) {
                delivery.trace().stop();
                pending.decrementAndGet();
                return;
            }
            List<StatusQueueProcessor.Failed> failed =
                    processor.process(List.of(delivery)).join();
            if (failed.isEmpty()) {
                pending.decrementAndGet();
                return;
            }
            if (!notified && timeUntilNotification() <= 0) {
                notified = tryNotify();
            }
            onFailure(failed.get(0).failure());
        }

        private void onFailure(RuntimeException e) {
            boolean unavailable = e instanceof DataAccessException
                    || e instanceof PublishFailedException
                    || e instanceof CircuitBreaker.CallNotPermittedException;
            if (unavailable || defectLogged) {
                log.debug("message {} is retried", delivery.messageId(), e);
            } else {
                // A defect, logged once per message. Other messages continue.
                defectLogged = true;
                log.error("message {} failed unexpectedly and is retried", delivery.messageId(), e);
            }
            long pause = pauses.nextBackOff();
            long untilNotification = timeUntilNotification();
            executor.schedule(
                    this,
                    notified || untilNotification <= 0 ? pause : Math.min(pause, untilNotification),
                    TimeUnit.MILLISECONDS);
        }

        private boolean tryNotify() {
            try {
                processor.publishDelay(delivery).join();
                log.info(
                        "message {} is delayed by more than {} and is retried",
                        delivery.messageId(),
                        stateChangeNotifyAfter);
                return true;
            } catch (RuntimeException e) {
                log.debug("clients could not be notified that message {} is delayed", delivery.messageId(), e);
                return false;
            }
        }

        private long timeUntilNotification() {
            return stateChangeNotifyAfter.minus(delivery.timeSinceReceipt()).toMillis();
        }
    }
}
