package dev.mobilesync.state.listener;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.rabbit.support.micrometer.RabbitListenerObservation;
import org.springframework.amqp.rabbit.support.micrometer.RabbitListenerObservation.DefaultRabbitListenerObservationConvention;
import org.springframework.amqp.rabbit.support.micrometer.RabbitMessageReceiverContext;

/**
 * The trace of a message (W3C trace context). A sampled one is continued. One that is not sampled is only passed on with
 * the broadcast: its observation would cost more than the rest of the message.
 */
final class MessageTrace {

    private static final String TRACE_PARENT = "traceparent";
    /** The last character of version, trace id, parent id and flags: {@code 00-…-…-01}. */
    private static final int FLAGS = 54;

    private final Map<String, Object> headers;
    private final @Nullable Observation observation;

    private MessageTrace(Map<String, Object> headers, @Nullable Observation observation) {
        this.headers = headers;
        this.observation = observation;
    }

    /** Starts the observation of a message whose trace is sampled. */
    static MessageTrace start(Message message, ObservationRegistry observations, String listenerId) {
        String parent =
                message.getMessageProperties().getHeaders().get(TRACE_PARENT) instanceof String text ? text : null;
        if (parent == null || !isSampled(parent)) {
            return new MessageTrace(parent == null ? Map.of() : Map.of(TRACE_PARENT, parent), null);
        }
        return new MessageTrace(
                Map.of(),
                RabbitListenerObservation.LISTENER_OBSERVATION
                        .observation(
                                null,
                                DefaultRabbitListenerObservationConvention.INSTANCE,
                                () -> new RabbitMessageReceiverContext(message, listenerId),
                                observations)
                        .start());
    }

    private static boolean isSampled(String parent) {
        return parent.length() > FLAGS && Character.digit(parent.charAt(FLAGS), 16) % 2 == 1;
    }

    /** Headers of the broadcast that pass the trace on. */
    Map<String, Object> headers() {
        return headers;
    }

    /** Makes a call whose messages belong to the trace. */
    <T> T call(Supplier<T> call) {
        return observation == null ? call.get() : observation.scoped(call);
    }

    void stop() {
        if (observation != null) {
            observation.stop();
        }
    }
}
