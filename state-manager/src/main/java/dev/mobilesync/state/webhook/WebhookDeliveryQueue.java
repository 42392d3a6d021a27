package dev.mobilesync.state.webhook;

import dev.mobilesync.service.resilience.JitteredBackOff;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The pending changes of an endpoint, in a queue per examinee: a failing change delays the later ones of its examinee only.
 * Used by one thread, apart from {@link #size} and {@link #oldestAge}. Times are those of {@link System#nanoTime}.
 */
final class WebhookDeliveryQueue {

    private final JitteredBackOff backOff;
    private final Map<String, ExamineeQueue> examineeQueues = new HashMap<>();
    /** Lanes that are not in process, by the time of their next attempt. */
    private final TreeSet<ExamineeQueue> waiting =
            new TreeSet<>(Comparator.comparingLong(ExamineeQueue::due).thenComparingLong(ExamineeQueue::number));
    /** For metrics. */
    private final Set<WebhookDelivery> pending = ConcurrentHashMap.newKeySet();

    private long lastNumber;

    WebhookDeliveryQueue(Duration retryInitialInterval, Duration retryMaxInterval) {
        this.backOff = new JitteredBackOff(retryInitialInterval, retryMaxInterval);
    }

    /** The number of unacknowledged changes. */
    int size() {
        return pending.size();
    }

    /** The age of the oldest unacknowledged change; zero if there is none. */
    Duration oldestAge() {
        return pending.stream()
                .map(WebhookDelivery::age)
                .max(Comparator.naturalOrder())
                .orElse(Duration.ZERO);
    }

    void add(WebhookDelivery delivery, long now) {
        pending.add(delivery);
        ExamineeQueue examineeQueue = examineeQueues.get(delivery.event().examinee());
        if (examineeQueue == null) {
            examineeQueue = new ExamineeQueue(delivery.event().examinee(), ++lastNumber, now);
            examineeQueues.put(examineeQueue.examinee(), examineeQueue);
            waiting.add(examineeQueue);
        }
        examineeQueue.add(delivery);
    }

    /**
     * Takes a queue that may be attempted now; the caller returns it with {@link #finish}, {@link #retry} or {@link #putBack}.
     */
    @Nullable
    ExamineeQueue pollDue(long now) {
        while (!waiting.isEmpty() && waiting.first().due() - now <= 0) {
            ExamineeQueue examineeQueue = waiting.pollFirst();
            removeClosed(examineeQueue);
            if (!examineeQueue.isEmpty()) {
                examineeQueue.setInProcess(true);
                return examineeQueue;
            }
            examineeQueues.remove(examineeQueue.examinee());
        }
        return null;
    }

    /** The time until a queue may be attempted, in nanoseconds; {@link Long#MAX_VALUE} if none waits. */
    long delay(long now) {
        return waiting.isEmpty() ? Long.MAX_VALUE : Math.max(0, waiting.first().due() - now);
    }

    void putBack(ExamineeQueue examineeQueue) {
        examineeQueue.setInProcess(false);
        waiting.add(examineeQueue);
    }

    /** Acknowledges a change that is delivered or a dead letter, with repetitions of it. The next one may follow at once. */
    void finish(ExamineeQueue examineeQueue, WebhookDelivery finished, long now) {
        examineeQueue.removeIf(each -> each.event().id().equals(finished.event().id()), each -> {
            pending.remove(each);
            each.acknowledge();
        });
        examineeQueue.resetPauses();
        examineeQueue.setDue(now);
        putBack(examineeQueue);
    }

    /**
     * Schedules the next attempt after a failure.
     *
     * @param atLeast the shortest pause
     * @param untilLast the time until the last attempt for the change
     */
    void retry(ExamineeQueue examineeQueue, long now, Duration atLeast, Duration untilLast) {
        long pause = Math.max(TimeUnit.MILLISECONDS.toNanos(examineeQueue.nextPause(backOff)), atLeast.toNanos());
        examineeQueue.setDue(now + Math.min(pause, Math.max(0, untilLast.toNanos())));
        putBack(examineeQueue);
    }

    /** Ends all pauses, when the endpoint is available again. */
    void retryAll(long now) {
        List<ExamineeQueue> all = new ArrayList<>(waiting);
        waiting.clear();
        for (ExamineeQueue examineeQueue : all) {
            examineeQueue.resetPauses();
            examineeQueue.setDue(Math.min(examineeQueue.due(), now));
            waiting.add(examineeQueue);
        }
    }

    /** Removes the changes of closed channels, which the broker redelivers. Their queues keep the pauses until the next attempt. */
    void removeClosed() {
        examineeQueues.values().stream()
                .filter(examineeQueue -> !examineeQueue.isInProcess())
                .forEach(this::removeClosed);
    }

    private void removeClosed(ExamineeQueue examineeQueue) {
        examineeQueue.removeIf(delivery -> !delivery.isChannelOpen(), pending::remove);
    }
}
