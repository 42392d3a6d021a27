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
final class StatusQueueMetrics {

    private static final List<MessageType> TYPES =
            List.of(MessageType.MOBILE_SYNC_WAIT, MessageType.MOBILE_SYNC_STATUS, MessageType.MOBILE_SYNC_ORDER);
    private static final String DEAD_LETTER = "DEAD_LETTER";

    private final Map<MessageType, Map<String, Processed>> processed = new EnumMap<>(MessageType.class);
    private final Processed invalid;
    private final Timer queueWait;
    private final Timer stateChange;

    StatusQueueMetrics(MeterRegistry meters) {
        for (MessageType type : TYPES) {
            processed.put(
                    type,
                    List.of("NEW", "SAME", "STALE", DEAD_LETTER).stream()
                            .collect(Collectors.toMap(
                                    Function.identity(),
                                    outcome -> Processed.register(meters, type.wireName(), outcome))));
        }
        invalid = Processed.register(meters, "unknown", DEAD_LETTER);
        queueWait = Timer.builder("mobile.sync.queue.wait")
                .description("Time of a message in status_queue")
                .register(meters);
        stateChange = Timer.builder("mobile.sync.state.change")
                .description("Time from the receipt of a message until its record is saved, with retries")
                .register(meters);
    }

    /**
     * @param deprecated the same counter under its former name
     */
    private record Processed(Counter counter, Counter deprecated) {

        static Processed register(MeterRegistry meters, String type, String outcome) {
            return new Processed(
                    counter(meters, "mobile.sync.messages.processed", type, outcome),
                    counter(meters, "mobile.sync.outcomes", type, outcome));
        }

        private static Counter counter(MeterRegistry meters, String name, String type, String outcome) {
            return Counter.builder(name)
                    .description("Processed messages by outcome")
                    .tags("type", type, "outcome", outcome)
                    .register(meters);
        }

        void increment() {
            counter.increment();
            deprecated.increment();
        }
    }

    /** Records the times of a message whose record is saved, once: its broadcast may be retried. */
    void recordApplied(StatusQueueDelivery delivery) {
        if (delivery.timesRecorded().getAndSet(true)) {
            return;
        }
        HeaderTime.record(queueWait, delivery.queuedNanos());
        stateChange.record(System.nanoTime() - delivery.receivedAt(), TimeUnit.NANOSECONDS);
    }

    void count(MessageType type, Outcome outcome) {
        processed(type, outcome.label()).increment();
    }

    /**
     * @param type {@code null} if the message is invalid
     */
    void countDeadLetter(@Nullable MessageType type) {
        (type == null ? invalid : processed(type, DEAD_LETTER)).increment();
    }

    private Processed processed(MessageType type, String outcome) {
        return requireNonNull(requireNonNull(processed.get(type)).get(outcome));
    }
}
