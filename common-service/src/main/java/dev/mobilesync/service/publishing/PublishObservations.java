package dev.mobilesync.service.publishing;

import dev.mobilesync.service.cache.LruCache;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.transport.Kind;
import io.micrometer.observation.transport.SenderContext;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Times the publishing of messages, and adds the trace to their headers. */
final class PublishObservations {

    private static final String NAME = "mobile.sync.publish";

    private final ObservationRegistry observations;
    private final MeterRegistry meters;
    private final LruCache<Timer> timers = new LruCache<>();

    PublishObservations(ObservationRegistry observations, MeterRegistry meters) {
        this.observations = observations;
        this.meters = meters;
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
                    .whenComplete((confirmed, failure) -> recordTime(message, System.nanoTime() - since, failure));
        }
        Map<String, Object> traceHeaders = new HashMap<>();
        Observation observation = observation(message, traceHeaders).start();
        return call.apply(message.withHeaders(traceHeaders)).whenComplete((confirmed, failure) -> {
            if (failure != null) {
                observation.error(failure);
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
        return Observation.createNotStarted(NAME, () -> context, observations)
                .lowCardinalityKeyValue("type", type(message));
    }

    /** Records into the timer that an observation of the message would use. */
    private void recordTime(OutboundMessage message, long nanos, @Nullable Throwable failure) {
        String type = type(message);
        String error = failure == null ? "none" : failure.getClass().getSimpleName();
        timers.get(type + ' ' + error, key -> meters.timer(NAME, "type", type, "error", error))
                .record(nanos, TimeUnit.NANOSECONDS);
    }

    private static String type(OutboundMessage message) {
        return String.valueOf(message.properties().getType());
    }
}
