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
 * The pending changes of an endpoint, in memory and by examinee: a failing change delays the later ones of its examinee only.
 * Used by one thread, apart from {@link #size} and {@link #timeSinceOldestPublished}. Times are those of {@link System#nanoTime}.
 */
final class PendingChanges {

    private final JitteredBackOff backOff;
    private final Map<String, ExamineePendingChanges> changesByExaminee = new HashMap<>();
    /** Those of examinees without an attempt in process, by the time of the next one. */
    private final TreeSet<ExamineePendingChanges> waiting =
            new TreeSet<>(Comparator.comparingLong(ExamineePendingChanges::due)
                    .thenComparingLong(ExamineePendingChanges::tieBreaker));
    /** For metrics. */
    private final Set<WebhookDelivery> pending = ConcurrentHashMap.newKeySet();

    private long lastNumber;

    PendingChanges(Duration retryInitialInterval, Duration retryMaxInterval) {
        this.backOff = new JitteredBackOff(retryInitialInterval, retryMaxInterval);
    }

    /** The number of unacknowledged changes. */
    int size() {
        return pending.size();
    }

    /** The time since the oldest unacknowledged change was published; zero if there is none. */
    Duration timeSinceOldestPublished() {
        return pending.stream()
                .map(WebhookDelivery::timeSincePublished)
                .max(Comparator.naturalOrder())
                .orElse(Duration.ZERO);
    }

    void add(WebhookDelivery delivery, long now) {
        pending.add(delivery);
        ExamineePendingChanges examineeChanges =
                changesByExaminee.get(delivery.event().examinee());
        if (examineeChanges == null) {
            examineeChanges = new ExamineePendingChanges(delivery.event().examinee(), ++lastNumber, now);
            changesByExaminee.put(examineeChanges.examinee(), examineeChanges);
            waiting.add(examineeChanges);
        }
        examineeChanges.add(delivery);
    }

    /**
     * Takes the changes of an examinee, if one may be attempted now; the caller returns them with {@link #finish}, {@link #retry} or
     * {@link #putBack}.
     */
    @Nullable
    ExamineePendingChanges pollDue(long now) {
        while (!waiting.isEmpty() && waiting.first().due() - now <= 0) {
            ExamineePendingChanges examineeChanges = waiting.pollFirst();
            removeClosed(examineeChanges);
            if (!examineeChanges.isEmpty()) {
                examineeChanges.setInProcess(true);
                return examineeChanges;
            }
            changesByExaminee.remove(examineeChanges.examinee());
        }
        return null;
    }

    /** The time until a change may be attempted, in nanoseconds; {@link Long#MAX_VALUE} if none waits. */
    long delay(long now) {
        return waiting.isEmpty() ? Long.MAX_VALUE : Math.max(0, waiting.first().due() - now);
    }

    void putBack(ExamineePendingChanges examineeChanges) {
        examineeChanges.setInProcess(false);
        waiting.add(examineeChanges);
    }

    /** Acknowledges a change that is delivered or a dead letter, with repetitions of it. The next one may follow at once. */
    void finish(ExamineePendingChanges examineeChanges, WebhookDelivery finished, long now) {
        examineeChanges.removeIf(
                each -> each.event().id().equals(finished.event().id()), each -> {
                    pending.remove(each);
                    each.acknowledge();
                });
        examineeChanges.resetPauses();
        examineeChanges.setDue(now);
        putBack(examineeChanges);
    }

    /**
     * Schedules the next attempt after a failure.
     *
     * @param atLeast the shortest pause
     * @param untilLast the time until the last attempt for the change
     */
    void retry(ExamineePendingChanges examineeChanges, long now, Duration atLeast, Duration untilLast) {
        long pause = Math.max(TimeUnit.MILLISECONDS.toNanos(examineeChanges.nextPause(backOff)), atLeast.toNanos());
        examineeChanges.setDue(now + Math.min(pause, Math.max(0, untilLast.toNanos())));
        putBack(examineeChanges);
    }

    /** Ends all pauses, when the endpoint is available again. */
    void retryAll(long now) {
        List<ExamineePendingChanges> all = new ArrayList<>(waiting);
        waiting.clear();
        for (ExamineePendingChanges examineeChanges : all) {
            examineeChanges.resetPauses();
            examineeChanges.setDue(Math.min(examineeChanges.due(), now));
            waiting.add(examineeChanges);
        }
    }

    /** Removes the changes of closed channels, which the broker redelivers. Their examinees keep the pauses until the next attempt. */
    void removeClosed() {
        changesByExaminee.values().stream()
                .filter(examineeChanges -> !examineeChanges.isInProcess())
                .forEach(this::removeClosed);
    }

    private void removeClosed(ExamineePendingChanges examineeChanges) {
        examineeChanges.removeIf(delivery -> !delivery.isChannelOpen(), pending::remove);
    }
}
