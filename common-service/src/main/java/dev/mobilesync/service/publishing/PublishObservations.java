package dev.mobilesync.service.publishing;

import static java.util.Objects.requireNonNull;

import dev.mobilesync.messages.ExamineeMessage;
import dev.mobilesync.messages.MessageType;
import dev.mobilesync.service.tracing.TraceSpans;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.transport.Kind;
import io.micrometer.observation.transport.SenderContext;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Times the publishing of messages, and adds the trace to their headers. All timers exist from the start. */
final class PublishObservations {

    private static final String NAME = "mobile.sync.publish";
    /** The type of messages that the service passes on without knowing their type, such as an invalid dead letter. */
    private static final String UNKNOWN = "unknown";

    private final ObservationRegistry observations;
    private final Map<String, Timer> confirmed = new HashMap<>();
    private final Map<String, Timer> failed = new HashMap<>();

    /**
     * @param unconfirmed the number of messages that wait to be written or confirmed
     */
    PublishObservations(
            ObservationRegistry observations,
            MeterRegistry meters,
            Set<MessageType> types,
            Supplier<Number> unconfirmed) {
        this.observations = observations;
        types.forEach(type -> register(meters, type.wireName()));
        register(meters, UNKNOWN);
        Gauge.builder("mobile.sync.unconfirmed.messages", unconfirmed)
                .description("Messages that wait to be written to the broker or to be confirmed by it")
                .register(meters);
    }

    /** Registers the timers that an observation of this type uses. */
    private void register(MeterRegistry meters, String type) {
        confirmed.put(type, meters.timer(NAME, "type", type, "error", "none"));
        failed.put(type, meters.timer(NAME, "type", type, "error", PublishFailedException.class.getSimpleName()));
    }

    /** Observes a call that returns when the message is confirmed. Starts a trace if there is none. */
    void observe(OutboundMessage message, Consumer<OutboundMessage> call) {
        Map<String, Object> traceHeaders = new HashMap<>();
        observation(message, traceHeaders).observe(() -> call.accept(message.withHeaders(traceHeaders)));
    }

    /**
     * Observes a call whose result completes when the message is confirmed. Continues the trace of the current
     * observation. If there is none, the message is timed only: a trace would cost more than publishing does.
     */
    CompletableFuture<@Nullable Void> observeAsync(
            OutboundMessage message, Function<OutboundMessage, CompletableFuture<@Nullable Void>> call) {
        if (observations.getCurrentObservation() == null) {
            long since = System.nanoTime();
            return call.apply(message)
                    .whenComplete((done, failure) -> timer(failure == null ? confirmed : failed, message)
                            .record(System.nanoTime() - since, TimeUnit.NANOSECONDS));
        }
        Map<String, Object> traceHeaders = new HashMap<>();
        Observation observation = observation(message, traceHeaders).start();
        return call.apply(message.withHeaders(traceHeaders)).whenComplete((done, failure) -> {
            if (failure != null) {
                Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
                observation.error(cause == null ? failure : cause);
            }
            observation.stop();
        });
    }

    private Observation observation(OutboundMessage message, Map<String, Object> traceHeaders) {
        SenderContext<Map<String, Object>> context = new SenderContext<>(
                (carrier, key, value) -> {
                    if (carrier != null) {
                        carrier.put(key, value);
                    }
                },
                Kind.PRODUCER);
        context.setCarrier(traceHeaders);
        context.setRemoteServiceName("rabbitmq");
        String type = message.properties().getType();
        Observation observation = Observation.createNotStarted(NAME, () -> context, observations)
                .contextualName("publish " + (message.exchange().isEmpty() ? message.routingKey() : message.exchange()))
                .lowCardinalityKeyValue("type", confirmed.containsKey(type) ? type : UNKNOWN);
        ExamineeMessage content = message.content();
        return content == null
                ? observation
                : observation
                        .highCardinalityKeyValue(TraceSpans.PLAN, content.planId())
                        .highCardinalityKeyValue(TraceSpans.EXAMINEE, content.examineeId());
    }

    private static Timer timer(Map<String, Timer> timers, OutboundMessage message) {
        Timer timer = timers.get(message.properties().getType());
        return timer == null ? requireNonNull(timers.get(UNKNOWN)) : timer;
    }
}
