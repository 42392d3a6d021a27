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
 * The pending changes of an endpoint, in a lane per examinee: a failing change delays the later ones of its examinee only.
 * Used by one thread, apart from {@link #size} and {@link #oldestAge}. Times are those of {@link System#nanoTime}.
 */
final class DeliveryQueue {

    private final JitteredBackOff backOff;
    private final Map<String, ExamineeLane> lanes = new HashMap<>();
    /** Lanes that are not in process, by the time of their next attempt. */
    private final TreeSet<ExamineeLane> waiting =
            new TreeSet<>(Comparator.comparingLong(ExamineeLane::due).thenComparingLong(ExamineeLane::number));
    /** For metrics. */
    private final Set<Delivery> pending = ConcurrentHashMap.newKeySet();

    private long lastNumber;

    DeliveryQueue(Duration retryInitialInterval, Duration retryMaxInterval) {
        this.backOff = new JitteredBackOff(retryInitialInterval, retryMaxInterval);
    }

    /** The number of unacknowledged changes. */
    int size() {
        return pending.size();
    }

    /** The age of the oldest unacknowledged change; zero if there is none. */
    Duration oldestAge() {
        return pending.stream()
                .map(Delivery::age)
                .max(Comparator.naturalOrder())
                .orElse(Duration.ZERO);
    }

    void add(Delivery delivery, long now) {
        pending.add(delivery);
        ExamineeLane lane = lanes.get(delivery.event().examinee());
        if (lane == null) {
            lane = new ExamineeLane(delivery.event().examinee(), ++lastNumber, now);
            lanes.put(lane.examinee(), lane);
            waiting.add(lane);
        }
        lane.add(delivery);
    }

    /**
     * Takes a lane that may be attempted now; the caller returns it with {@link #finish}, {@link #retry} or {@link #putBack}.
     */
    @Nullable
    ExamineeLane pollDue(long now) {
        while (!waiting.isEmpty() && waiting.first().due() - now <= 0) {
            ExamineeLane lane = waiting.pollFirst();
            removeClosed(lane);
            if (!lane.isEmpty()) {
                lane.setInProcess(true);
                return lane;
            }
            lanes.remove(lane.examinee());
        }
        return null;
    }

    /** The time until a lane may be attempted, in nanoseconds; {@link Long#MAX_VALUE} if none waits. */
    long delay(long now) {
        return waiting.isEmpty() ? Long.MAX_VALUE : Math.max(0, waiting.first().due() - now);
    }

    void putBack(ExamineeLane lane) {
        lane.setInProcess(false);
        waiting.add(lane);
    }

    /** Acknowledges a change that is delivered or a dead letter, with repetitions of it. The next one may follow at once. */
    void finish(ExamineeLane lane, Delivery finished, long now) {
        lane.removeIf(each -> each.event().id().equals(finished.event().id()), each -> {
            pending.remove(each);
            each.acknowledge();
        });
        lane.resetPauses();
        lane.setDue(now);
        putBack(lane);
    }

    /**
     * Schedules the next attempt after a failure.
     *
     * @param atLeast the shortest pause
     * @param untilLast the time until the last attempt for the change
     */
    void retry(ExamineeLane lane, long now, Duration atLeast, Duration untilLast) {
        long pause = Math.max(TimeUnit.MILLISECONDS.toNanos(lane.nextPause(backOff)), atLeast.toNanos());
        lane.setDue(now + Math.min(pause, Math.max(0, untilLast.toNanos())));
        putBack(lane);
    }

    /** Ends all pauses, when the endpoint is available again. */
    void retryAll(long now) {
        List<ExamineeLane> all = new ArrayList<>(waiting);
        waiting.clear();
        for (ExamineeLane lane : all) {
            lane.resetPauses();
            lane.setDue(Math.min(lane.due(), now));
            waiting.add(lane);
        }
    }

    /** Removes the changes of closed channels, which the broker redelivers. Their lanes keep the pauses until the next attempt. */
    void removeClosed() {
        lanes.values().stream().filter(lane -> !lane.isInProcess()).forEach(this::removeClosed);
    }

    private void removeClosed(ExamineeLane lane) {
        lane.removeIf(delivery -> !delivery.isChannelOpen(), pending::remove);
    }
}
