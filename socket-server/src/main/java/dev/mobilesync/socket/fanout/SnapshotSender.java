package dev.mobilesync.socket.fanout;

import dev.mobilesync.socket.LifecyclePhases;
import dev.mobilesync.socket.SocketExecutors;
import dev.mobilesync.socket.session.Hub;
import dev.mobilesync.socket.session.Subscription;
import dev.mobilesync.socket.stomp.DisconnectReason;
import dev.mobilesync.socket.stomp.StompMessage;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.MessageCodec;
import dev.mobilesync.messages.SyncRecord;
import dev.mobilesync.service.SyncRecordReader;
import dev.mobilesync.socket.stomp.Destinations.ExamineeTopic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

/**
 * Sends an examinee's current state to whoever subscribes. It is read from Redis after the subscription is in force, and
 * for many at once; while Redis is away it is tried again until it works or the subscription ends. A
 * {@code state-receipt} comes after it, so that a browser that has heard nothing by then knows that there is no record.
 */
@Component
public final class SnapshotSender implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(SnapshotSender.class);
    private static final int THREADS = 2;
    private static final int MAX_BATCH = 128;
    private static final int MAX_WANTED = 200_000;
    private static final Duration IDLE_POLL = Duration.ofMillis(500);
    private static final Duration MIN_PAUSE = Duration.ofMillis(200);
    private static final Duration MAX_PAUSE = Duration.ofSeconds(5);
    private static final Duration LAST_READ = Duration.ofSeconds(3);
    private static final int REFRESH_BATCH = 200;
    private static final Duration REFRESH_INTERVAL = Duration.ofMillis(100);

    private final SyncRecordReader records;
    private final Hub hub;
    private final SocketExecutors threads;
    private final BlockingQueue<Subscription> wanted = new LinkedBlockingQueue<>(MAX_WANTED);
    private volatile @Nullable ExecutorService workers;
    private volatile CountDownLatch stopping = new CountDownLatch(1);

    SnapshotSender(SyncRecordReader records, Hub hub, SocketExecutors threads) {
        this.records = records;
        this.hub = hub;
        this.threads = threads;
    }

    /** Sends the state soon, if it is newer than what the subscription knows. The topic must be an examinee's. */
    public void request(Subscription subscription) {
        if (!wanted.offer(subscription)) {
            subscription.session().disconnect(DisconnectReason.OVERLOADED);
        }
    }

    /** Sends the state to all examinees who may have missed a change, some at a time. */
    void refreshAll() {
        refreshSome(hub.ofExaminees().iterator());
    }

    private void refreshSome(Iterator<Subscription> rest) {
        for (int i = 0; i < REFRESH_BATCH && rest.hasNext(); i++) {
            request(rest.next());
        }
        if (rest.hasNext()) {
            threads.timer().schedule(() -> refreshSome(rest), REFRESH_INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void work(ExecutorService own) {
        Duration pause = MIN_PAUSE;
        int batchSize = MAX_BATCH;
        while (workers == own) {
            try {
                List<Subscription> batch = next(batchSize);
                if (batch.isEmpty() || sendAll(batch)) {
                    batchSize = Math.min(MAX_BATCH, batchSize * 2);
                    pause = MIN_PAUSE;
                } else {
                    // One at a time until it works again: one slow node must not hold up the others.
                    batchSize = 1;
                    batch.forEach(this::request);
                    long millis = ThreadLocalRandom.current().nextLong(pause.toMillis() / 2, pause.toMillis());
                    if (stopping.await(millis, TimeUnit.MILLISECONDS)) {
                        return;
                    }
                    pause = pause.multipliedBy(2).compareTo(MAX_PAUSE) > 0 ? MAX_PAUSE : pause.multipliedBy(2);
                }
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                log.error("could not send snapshots", e);
            }
        }
    }

    private List<Subscription> next(int batchSize) throws InterruptedException {
        List<Subscription> batch = new ArrayList<>(batchSize);
        Subscription first = wanted.poll(IDLE_POLL.toMillis(), TimeUnit.MILLISECONDS);
        if (first != null) {
            batch.add(first);
            wanted.drainTo(batch, batchSize - 1);
        }
        batch.removeIf(subscription -> !subscription.isInForce());
        return batch;
    }

    /** Whether this is done with; if not, it has to be tried again. */
    private boolean sendAll(List<Subscription> batch) {
        List<SyncRecordReader.Entry> found;
        try {
            found = records.readEntries(
                    batch.stream().map(SnapshotSender::examinee).toList());
        } catch (DataAccessException e) {
            log.warn("could not read {} record(s), will try again: {}", batch.size(), e.getMessage());
            return false;
        }
        for (int i = 0; i < batch.size(); i++) {
            SyncRecord record = found.get(i).record();
            if (record != null) {
                hub.send(
                        batch.get(i),
                        StompMessage.of(
                                record.revision(), record.broadcastId(), MessageCodec.encode(record.broadcast())));
            }
            batch.get(i).confirmState(found.get(i).unreadable());
        }
        return true;
    }

    private static ExamineeKey examinee(Subscription subscription) {
        if (subscription.topic() instanceof ExamineeTopic topic) {
            return topic.examinee();
        }
        throw new IllegalArgumentException("not an examinee's topic");
    }

    @Override
    public void start() {
        ExecutorService pool = SocketExecutors.pool("socket-snapshot", THREADS, THREADS);
        stopping = new CountDownLatch(1);
        workers = pool;
        for (int i = 0; i < THREADS; i++) {
            pool.execute(() -> work(pool));
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
                pool.awaitTermination(LAST_READ.toMillis(), TimeUnit.MILLISECONDS);
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
