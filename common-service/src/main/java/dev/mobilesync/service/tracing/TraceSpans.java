package dev.mobilesync.service.tracing;

import dev.mobilesync.messages.ExamineeKey;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.TraceContext;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.propagation.Propagator;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The spans of a capture that no library creates. Each belongs to a trace that is recorded, which means sampled and exported. All
 * other traces cost a look-up here, and create nothing.
 */
public final class TraceSpans {

    /** The attribute with the plan's id. Never the label of a metric. */
    public static final String PLAN = "mobile_sync.plan";

    /** The attribute with the examinee's id. Never the label of a metric. */
    public static final String EXAMINEE = "mobile_sync.examinee";

    private static final String TRACE_PARENT = "traceparent";
    /** The last character of version, trace id, parent id and flags: {@code 00-…-…-01}. */
    private static final int FLAGS = 54;

    private final Tracer tracer;
    private final Propagator propagator;
    private final boolean exporting;

    /**
     * @param exporting whether a collector is configured
     */
    public TraceSpans(Tracer tracer, Propagator propagator, boolean exporting) {
        this.tracer = tracer;
        this.propagator = propagator;
        this.exporting = exporting;
    }

    /** A call that may fail. */
    @FunctionalInterface
    public interface Call<T, E extends Exception> {

        T make() throws E;
    }

    /** Returns the id of the current trace, recorded or not; {@code null} if there is none. */
    public @Nullable String currentTraceId() {
        Span span = tracer.currentSpan();
        return span == null ? null : span.context().traceId();
    }

    /** Whether this service records the trace that the headers of a message name. */
    public boolean isRecorded(Map<String, ?> headers) {
        if (!exporting) {
            return false;
        }
        Object parent = headers.get(TRACE_PARENT);
        if (parent == null) {
            return false;
        }
        String text = parent.toString();
        return text.length() > FLAGS && Character.digit(text.charAt(FLAGS), 16) % 2 == 1;
    }

    /** Starts the span of a received message; {@code null} if its trace is not recorded. */
    public @Nullable Span startReceived(String name, Map<String, ?> headers, ExamineeKey examinee) {
        if (!isRecorded(headers)) {
            return null;
        }
        return propagator
                .extract(headers, (carrier, key) -> {
                    Object value = carrier.get(key);
                    return value == null ? null : value.toString();
                })
                .kind(Span.Kind.CONSUMER)
                .name(name)
                .remoteServiceName("rabbitmq")
                .tag(PLAN, examinee.planId())
                .tag(EXAMINEE, examinee.examineeId())
                .start();
    }

    /**
     * Makes a call to a server in a span of the current trace.
     *
     * @param server the name of the server, such as {@code s3}
     */
    public <T, E extends Exception> T call(String name, String server, ExamineeKey examinee, Call<T, E> call) throws E {
        Span parent = tracer.currentSpan();
        if (parent == null || parent.isNoop()) {
            return call.make();
        }
        Span span = startCall(parent.context(), name, server, examinee);
        try {
            return call.make();
        } catch (Exception e) {
            span.error(e);
            throw e;
        } finally {
            span.end();
        }
    }

    /** Starts the span of a call to a server in the current trace; {@code null} if the trace is not recorded. */
    public @Nullable Span startCall(String name, String server, ExamineeKey examinee) {
        Span parent = tracer.currentSpan();
        return parent == null || parent.isNoop() ? null : startCall(parent.context(), name, server, examinee);
    }

    private Span startCall(TraceContext parent, String name, String server, ExamineeKey examinee) {
        return builder(parent, name, examinee)
                .kind(Span.Kind.CLIENT)
                .remoteServiceName(server)
                .start();
    }

    /** Records a span that ends now. */
    public void record(TraceContext parent, String name, ExamineeKey examinee, Instant start) {
        builder(parent, name, examinee)
                .startTimestamp(ChronoUnit.MICROS.between(Instant.EPOCH, start), TimeUnit.MICROSECONDS)
                .start()
                .end();
    }

    private Span.Builder builder(TraceContext parent, String name, ExamineeKey examinee) {
        return tracer.spanBuilder()
                .setParent(parent)
                .name(name)
                .tag(PLAN, examinee.planId())
                .tag(EXAMINEE, examinee.examineeId());
    }
}
