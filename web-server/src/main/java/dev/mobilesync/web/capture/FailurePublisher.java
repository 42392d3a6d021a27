package dev.mobilesync.web.capture;

import dev.mobilesync.messages.MobileSyncStatus;
import dev.mobilesync.service.publishing.ConfirmedPublisher;
import dev.mobilesync.service.publishing.OutboundMessage;
import dev.mobilesync.service.publishing.PublishFailedException;
import dev.mobilesync.service.resilience.JitteredBackOff;
import dev.mobilesync.service.security.AuthenticatedCaller;
import dev.mobilesync.web.common.TimeLimit;
import dev.mobilesync.web.http.ApiException;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import org.springframework.util.backoff.BackOff;
import org.springframework.util.backoff.BackOffExecution;

/**
 * Publishes the status messages of failed uploads, which make the examinee's record {@code FAILED}. A separate thread publishes, so
 * phones do not wait for it.
 * While the broker is unavailable, it holds up to {@link #MAX_PENDING} failures for up to {@link #MAX_AGE}.
 */
@Component
final class FailurePublisher implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(FailurePublisher.class);
    private static final int MAX_PENDING = 1_000;
    private static final Duration MAX_AGE = Duration.ofMinutes(10);
    private static final BackOff BACK_OFF = new JitteredBackOff(Duration.ofMillis(200), Duration.ofSeconds(5));
    private static final Duration IDLE_POLL = Duration.ofMillis(200);
    private static final Duration SHUTDOWN_TIMEOUT = Duration.ofSeconds(1);

    private final ConfirmedPublisher publisher;
    private final Clock clock;
    private final BlockingQueue<Pending> queue = new ArrayBlockingQueue<>(MAX_PENDING);
    private volatile @Nullable Thread worker;
    private volatile CountDownLatch stopping = new CountDownLatch(1);

    private record Pending(MobileSyncStatus status, TimeLimit timeLimit) {}

    FailurePublisher(ConfirmedPublisher publisher, Clock clock) {
        this.publisher = publisher;
        this.clock = clock;
    }

    /** Queues a failure without waiting. Ignores errors that concern only the request, not the capture. */
    void publishFailure(AuthenticatedCaller.Device device, ApiException failure) {
        switch (failure.code()) {
            case CAPTURE_TRANSFER_FAILED,
                    CAPTURE_TOO_LARGE,
                    CAPTURE_NOT_AN_IMAGE,
                    CAPTURE_STORE_FAILED,
                    STATUS_PUBLISH_FAILED -> {
                MobileSyncStatus status = MobileSyncStatus.failed(
                        device.examinee(),
                        device.deviceId(),
                        clock.instant().truncatedTo(ChronoUnit.MILLIS),
                        failure.toSyncError());
                if (!queue.offer(new Pending(status, TimeLimit.in(MAX_AGE)))) {
                    log.warn(
                            "dropped the status message of a failed upload: {} others wait for the broker",
                            MAX_PENDING);
                }
            }
            default -> {
                // concerns only the request
            }
        }
    }

    /** Publishes until the publisher stops, then publishes the rest without retries. */
    private void publishUntilStopped() {
        int unsent = 0;
        try {
            while (worker == Thread.currentThread() || !queue.isEmpty()) {
                Pending pending = queue.poll(IDLE_POLL.toMillis(), TimeUnit.MILLISECONDS);
                unsent += pending == null || publish(pending) ? 0 : 1;
            }
        } catch (InterruptedException e) {
            // The shutdown timeout has passed.
            unsent += 1 + queue.size();
        }
        if (unsent > 0) {
            log.warn("dropped {} status messages of failed uploads", unsent);
        }
    }

    private boolean publish(Pending pending) throws InterruptedException {
        BackOffExecution pauses = BACK_OFF.start();
        while (!pending.timeLimit.remaining().isZero()) {
            try {
                publisher.publish(
                        OutboundMessage.toStatusQueue(pending.status, OutboundMessage.statusMessageId(pending.status)));
                return true;
            } catch (PublishFailedException e) {
                log.debug("the status message of a failed upload will be retried", e);
            } catch (RuntimeException e) {
                // A defect. The other messages must not end with it.
                log.error("could not publish the status message of a failed upload", e);
                return false;
            }
            if (stopping.await(pauses.nextBackOff(), TimeUnit.MILLISECONDS)) {
                return false;
            }
        }
        log.warn("dropped the status message of a failed upload: the broker was unavailable for {}", MAX_AGE);
        return false;
    }

    @Override
    public void start() {
        Thread thread = new Thread(this::publishUntilStopped, "failure-publisher");
        thread.setDaemon(true);
        stopping = new CountDownLatch(1);
        worker = thread;
        thread.start();
    }

    @Override
    public void stop() {
        Thread thread = worker;
        worker = null;
        if (thread != null) {
            stopping.countDown();
            try {
                thread.join(SHUTDOWN_TIMEOUT.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            thread.interrupt();
        }
    }

    @Override
    public boolean isRunning() {
        return worker != null;
    }

    /** Stops after the web server and before the confirmed publisher. */
    @Override
    public int getPhase() {
        return 1;
    }
}
