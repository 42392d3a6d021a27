package dev.mobilesync.socket.fanout;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.MessageCodec;
import dev.mobilesync.messages.SyncRecord;
import dev.mobilesync.service.redis.SyncRecordReader;
import dev.mobilesync.service.resilience.JitteredBackOff;
import dev.mobilesync.socket.LifecyclePhases;
import dev.mobilesync.socket.SocketExecutors;
import dev.mobilesync.socket.session.Hub;
import dev.mobilesync.socket.session.Subscription;
import dev.mobilesync.socket.stomp.Destinations.ExamineeTopic;
import dev.mobilesync.socket.stomp.DisconnectReason;
import dev.mobilesync.socket.stomp.StompMessage;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.util.backoff.BackOff;
import org.springframework.util.backoff.BackOffExecution;

/**
 * Sends an examinee's current state to new subscriptions. Reads the record from Redis after the subscription is active. While
 * Redis is available, a read starts at once and does not block. After a failed read, the subscriptions are queued, and worker
 * threads read their records in batches, until a read succeeds or the subscription ends.
 *
 * <p>A {@code state-receipt} follows the state. A browser that receives the receipt without a state knows that there is no record,
 * or none that can be read.
 */
@Component
public final class CurrentStateSender implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(CurrentStateSender.class);
    private static final int THREADS = 2;
    private static final int MAX_BATCH = 128;
    private static final int MAX_PENDING = 200_000;
    private static final Duration POLL_TIMEOUT = Duration.ofMillis(500);
    private static final BackOff BACK_OFF = new JitteredBackOff(Duration.ofMillis(200), Duration.ofSeconds(5));
    private static final Duration SHUTDOWN_TIMEOUT = Duration.ofSeconds(3);
    private static final int RESEND_BATCH = 200;
    private static final Duration RESEND_INTERVAL = Duration.ofMillis(100);

    private final SyncRecordReader records;
    private final Hub hub;
    private final SocketExecutors executors;
    private final BlockingQueue<Subscription> pending = new LinkedBlockingQueue<>(MAX_PENDING);
    /** Whether new subscriptions read at once: from a worker's successful read until a subscription's read fails. */
    private volatile boolean available;

    private volatile @Nullable ExecutorService workers;
    private volatile CountDownLatch stopping = new CountDownLatch(1);

    CurrentStateSender(SyncRecordReader records, Hub hub, SocketExecutors executors, MeterRegistry meters) {
        Gauge.builder("mobile.sync.current.states.pending", pending, Collection::size)
                .description("Subscriptions that wait for their current state to be read again")
                .register(meters);
        // Deprecated: renamed to mobile.sync.current.states.pending.
        Gauge.builder("mobile.sync.snapshots.pending", pending, Collection::size)
                .register(meters);
        this.records = records;
        this.hub = hub;
        this.executors = executors;
    }

    /** Sends the state asynchronously, unless the subscription has a newer one. The topic must be an examinee's. */
    public void sendCurrentState(Subscription subscription) {
        if (!available) {
            enqueue(subscription);
            return;
        }
        records.readAsync(examinee(subscription)).whenComplete((entry, failure) -> {
            if (failure != null) {
                log.debug("a record could not be read; retrying", failure);
                available = false;
                enqueue(subscription);
            } else {
                send(subscription, entry);
            }
        });
    }

    private void enqueue(Subscription subscription) {
        if (!pending.offer(subscription)) {
            subscription.session().disconnect(DisconnectReason.OVERLOADED);
        }
    }

    /** Sends the state to all examinees, in batches, after broadcasts may have been dropped. */
    void resendAll() {
        resendSome(hub.examineeSubscriptions().iterator());
    }

    private void resendSome(Iterator<Subscription> rest) {
        for (int i = 0; i < RESEND_BATCH && rest.hasNext(); i++) {
            enqueue(rest.next());
        }
        if (rest.hasNext()) {
            executors.timer().schedule(() -> resendSome(rest), RESEND_INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void runWorker(ExecutorService pool) {
        BackOffExecution pauses = BACK_OFF.start();
        int batchSize = MAX_BATCH;
        while (workers == pool) {
            try {
                List<Subscription> batch = nextBatch(batchSize);
                if (batch.isEmpty() || sendAll(batch)) {
                    batchSize = Math.min(MAX_BATCH, batchSize * 2);
                    pauses = BACK_OFF.start();
                } else {
                    // Reads one record at a time until a read succeeds: one slow node must not delay the others.
                    batchSize = 1;
                    batch.forEach(this::enqueue);
                    if (stopping.await(pauses.nextBackOff(), TimeUnit.MILLISECONDS)) {
                        return;
                    }
                }
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                log.error("could not send current states", e);
            }
        }
    }

    private List<Subscription> nextBatch(int batchSize) throws InterruptedException {
        List<Subscription> batch = new ArrayList<>(batchSize);
        Subscription first = pending.poll(POLL_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        if (first != null) {
            batch.add(first);
            pending.drainTo(batch, batchSize - 1);
        }
        batch.removeIf(subscription -> !subscription.isActive());
        return batch;
    }

    /** Sends the state to a batch. Returns {@code false} if the batch must be retried. */
    boolean sendAll(List<Subscription> batch) {
        List<SyncRecordReader.Entry> entries;
        try {
            entries = records.readEntries(
                    batch.stream().map(CurrentStateSender::examinee).toList());
        } catch (DataAccessException e) {
            log.warn("{} record(s) could not be read; retrying: {}", batch.size(), e.getMessage());
            return false;
        }
        for (int i = 0; i < batch.size(); i++) {
            send(batch.get(i), entries.get(i));
        }
        available = true;
        return true;
    }

    /** Sends the state. A failure concerns this subscription only. */
    private void send(Subscription subscription, SyncRecordReader.Entry entry) {
        try {
            SyncRecord record = entry.record();
            if (record != null) {
                hub.send(
                        subscription,
                        new StompMessage(
                                record.revision(), record.broadcastId(), MessageCodec.encode(record.broadcast())));
            }
            subscription.sendStateReceipt(entry.unreadable());
        } catch (RuntimeException e) {
            log.error("could not send the current state", e);
        }
    }

    private static ExamineeKey examinee(Subscription subscription) {
        if (subscription.topic() instanceof ExamineeTopic topic) {
            return topic.examinee();
        }
        throw new IllegalArgumentException("not an examinee's topic");
    }

    @Override
    public void start() {
        ExecutorService pool = SocketExecutors.pool("socket-current-state", THREADS, THREADS);
        stopping = new CountDownLatch(1);
        workers = pool;
        for (int i = 0; i < THREADS; i++) {
            pool.execute(() -> runWorker(pool));
        }
    }

    @Override
    public void stop() {
        ExecutorService pool = workers;
        workers = null;
        if (pool != null) {
            stopping.countDown();
            pool.shutdownNow();
            try {
                pool.awaitTermination(SHUTDOWN_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public boolean isRunning() {
        return workers != null;
    }

    @Override
    public int getPhase() {
        return LifecyclePhases.WORKERS;
    }
}
