package dev.mobilesync.state.listener;

import static java.util.Objects.requireNonNull;

import dev.mobilesync.messages.MessageType;
import dev.mobilesync.service.publishing.HeaderTime;
import dev.mobilesync.state.transition.Outcome;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The metrics of messages. All of them exist from the start, so that a message costs no registration. */
final class StatusMetrics {

    private static final List<MessageType> TYPES =
            List.of(MessageType.MOBILE_SYNC_WAIT, MessageType.MOBILE_SYNC_STATUS, MessageType.MOBILE_SYNC_ORDER);
    private static final String DEAD_LETTER = "DEAD_LETTER";

    private final Map<MessageType, Map<String, Counter>> outcomes = new EnumMap<>(MessageType.class);
    private final Counter invalid;
    private final Timer queueWait;
    private final Timer stateChange;

    StatusMetrics(MeterRegistry meters) {
        for (MessageType type : TYPES) {
            outcomes.put(
                    type,
                    List.of("NEW", "SAME", "STALE", DEAD_LETTER).stream()
                            .collect(Collectors.toMap(
                                    Function.identity(), outcome -> counter(meters, type.wireName(), outcome))));
        }
        invalid = counter(meters, "unknown", DEAD_LETTER);
        queueWait = Timer.builder("mobile.sync.queue.wait")
                .description("Time of a message in status_queue")
                .register(meters);
        stateChange = Timer.builder("mobile.sync.state.change")
                .description("Time from the receipt of a message until its record is saved, with retries")
                .register(meters);
    }

    private static Counter counter(MeterRegistry meters, String type, String outcome) {
        return Counter.builder("mobile.sync.outcomes")
                .description("Messages by outcome")
                .tags("type", type, "outcome", outcome)
                .register(meters);
    }

    /** Records the times of a message whose record is saved. */
    void recordApplied(Delivery delivery) {
        HeaderTime.record(queueWait, delivery.queuedNanos());
        stateChange.record(System.nanoTime() - delivery.receivedAt(), TimeUnit.NANOSECONDS);
    }

    void count(MessageType type, Outcome outcome) {
        counter(type, outcome.label()).increment();
    }

    /**
     * @param type {@code null} if the message is invalid
     */
    void countDeadLetter(@Nullable MessageType type) {
        (type == null ? invalid : counter(type, DEAD_LETTER)).increment();
    }

    private Counter counter(MessageType type, String outcome) {
        return requireNonNull(requireNonNull(outcomes.get(type)).get(outcome));
    }
}
