package dev.mobilesync.state.listener;

import dev.mobilesync.messages.StatusQueueMessage;
import dev.mobilesync.service.tracing.TraceSpans;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.tracing.Span;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.rabbit.support.micrometer.RabbitListenerObservation;
import org.springframework.amqp.rabbit.support.micrometer.RabbitListenerObservation.DefaultRabbitListenerObservationConvention;
import org.springframework.amqp.rabbit.support.micrometer.RabbitMessageReceiverContext;

/**
 * The trace of a message (W3C trace context). One that is recorded is continued. Any other is only passed on with the
 * broadcast: its observation would cost more than the rest of the message.
 */
final class MessageTrace {

    private static final String TRACE_PARENT = "traceparent";

    private final Map<String, Object> headers;
    private final TraceSpans spans;
    private final @Nullable Observation observation;

    private MessageTrace(Map<String, Object> headers, TraceSpans spans, @Nullable Observation observation) {
        this.headers = headers;
        this.spans = spans;
        this.observation = observation;
    }

    /** Starts the observation of a message whose trace is recorded. */
    static MessageTrace start(
            Message message,
            @Nullable StatusQueueMessage event,
            TraceSpans spans,
            ObservationRegistry observations,
            String listenerId) {
        Map<String, Object> received = message.getMessageProperties().getHeaders();
        if (!spans.isRecorded(received)) {
            return new MessageTrace(
                    received.get(TRACE_PARENT) instanceof String parent ? Map.of(TRACE_PARENT, parent) : Map.of(),
                    spans,
                    null);
        }
        Observation observation = RabbitListenerObservation.LISTENER_OBSERVATION.observation(
                null,
                DefaultRabbitListenerObservationConvention.INSTANCE,
                () -> new RabbitMessageReceiverContext(message, listenerId),
                observations);
        if (event != null) {
            observation
                    .highCardinalityKeyValue("type", event.type().wireName())
                    .highCardinalityKeyValue(TraceSpans.PLAN, event.planId())
                    .highCardinalityKeyValue(TraceSpans.EXAMINEE, event.examineeId());
        }
        return new MessageTrace(Map.of(), spans, observation.start());
    }

    /** Headers of the broadcast that pass the trace on. */
    Map<String, Object> headers() {
        return headers;
    }

    /** Makes a call whose messages belong to the trace. */
    <T> T call(Supplier<T> call) {
        return observation == null ? call.get() : observation.scoped(call);
    }

    /**
     * Records one attempt to save the record in a span, which includes the wait for the other records of the batch.
     *
     * @param saved completes when the record is saved or needs no change
     */
    <T> CompletableFuture<T> recordSaving(StatusQueueMessage event, CompletableFuture<T> saved) {
        Span span = observation == null
                ? null
                : observation.scoped(() -> spans.startCall("save record", "redis", event.examinee()));
        return span == null
                ? saved
                : saved.whenComplete((done, failure) -> {
                    if (failure != null) {
                        span.error(failure);
                    }
                    span.end();
                });
    }

    void stop() {
        if (observation != null) {
            observation.stop();
        }
    }
}
