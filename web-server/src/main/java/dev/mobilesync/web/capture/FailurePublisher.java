package dev.mobilesync.web.capture;

import dev.mobilesync.messages.MobileSyncStatus;
import dev.mobilesync.service.publishing.ConfirmedPublisher;
import dev.mobilesync.service.publishing.OutboundMessage;
import dev.mobilesync.service.publishing.PublishFailedException;
import dev.mobilesync.web.common.Deadline;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Failed attempts, on their way to the examinee and the proctors. A thread of its own publishes them, so that no phone
 * waits for it; while the broker is away they are kept, for a while and up to a number.
 */
final class FailurePublisher implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(FailurePublisher.class);
    private static final int MAX_KEPT = 1_000;
    private static final Duration MAX_AGE = Duration.ofMinutes(10);
    private static final Duration FIRST_BACK_OFF = Duration.ofMillis(200);
    private static final Duration MAX_BACK_OFF = Duration.ofSeconds(5);
    private static final Duration IDLE_POLL = Duration.ofMillis(200);
    private static final Duration LAST_WORDS = Duration.ofSeconds(1);

    private final ConfirmedPublisher publisher;
    private final BlockingQueue<Notice> notices = new ArrayBlockingQueue<>(MAX_KEPT);
    private volatile @Nullable Thread sender;
    private volatile CountDownLatch stopping = new CountDownLatch(1);

    private record Notice(MobileSyncStatus status, Deadline deadline) {}

    FailurePublisher(ConfirmedPublisher publisher) {
        this.publisher = publisher;
    }

    /** Returns at once. */
    void send(MobileSyncStatus failed) {
        if (!notices.offer(new Notice(failed, Deadline.in(MAX_AGE)))) {
            log.warn("a failure is told to nobody: {} others wait for the broker", MAX_KEPT);
        }
    }

    /** Until it is stopped, and then what is left without trying again. */
    private void sendUntilStopped() {
        int untold = 0;
        try {
            while (sender == Thread.currentThread() || !notices.isEmpty()) {
                Notice notice = notices.poll(IDLE_POLL.toMillis(), TimeUnit.MILLISECONDS);
                untold += notice == null || publish(notice) ? 0 : 1;
            }
        } catch (InterruptedException e) {
            // stopped, and out of time
            untold += 1 + notices.size();
        }
        if (untold > 0) {
            log.warn("{} failures were told to nobody", untold);
        }
    }

    private boolean publish(Notice notice) throws InterruptedException {
        OutboundMessage publication =
                OutboundMessage.toStatusQueue(notice.status, OutboundMessage.statusMessageId(notice.status));
        Duration backOff = FIRST_BACK_OFF;
        while (!notice.deadline.left().isZero()) {
            try {
                publisher.publish(publication);
                return true;
            } catch (PublishFailedException e) {
                log.debug("a failure could not be told yet", e);
            }
            long millis = backOff.toMillis();
            long pause = millis / 2 + ThreadLocalRandom.current().nextLong(millis);
            if (stopping.await(pause, TimeUnit.MILLISECONDS)) {
                return false;
            }
            backOff = backOff.multipliedBy(2).compareTo(MAX_BACK_OFF) < 0 ? backOff.multipliedBy(2) : MAX_BACK_OFF;
        }
        log.warn("a failure is told to nobody: the broker was away for {}", MAX_AGE);
        return false;
    }

    @Override
    public void start() {
        Thread thread = new Thread(this::sendUntilStopped, "failure-notices");
        thread.setDaemon(true);
        stopping = new CountDownLatch(1);
        sender = thread;
        thread.start();
    }

    @Override
    public void stop() {
        Thread thread = sender;
        sender = null;
        if (thread != null) {
            stopping.countDown();
            try {
                thread.join(LAST_WORDS.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            thread.interrupt();
        }
    }

    @Override
    public boolean isRunning() {
        return sender != null;
    }

    /** Stops before the publisher does, and after the web server. */
    @Override
    public int getPhase() {
        return 1;
    }
}
