package dev.mobilesync.socket.fanout;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.service.tracing.TraceSpans;
import io.micrometer.tracing.Span;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The spans of a broadcast whose trace is recorded: its receipt, and its push to each browser. */
final class BroadcastTrace {

    /** Of one broadcast in this instance. A plan may have many proctors, and a collector bounds the size of a trace. */
    private static final int MAX_PUSHES = 100;

    private final TraceSpans spans;
    private final Span receipt;
    private final ExamineeKey examinee;
    private final Instant receivedAt = Instant.now();
    private final AtomicInteger pushes = new AtomicInteger();

    private BroadcastTrace(TraceSpans spans, Span receipt, ExamineeKey examinee) {
        this.spans = spans;
        this.receipt = receipt;
        this.examinee = examinee;
    }

    /** Starts the span of the receipt; {@code null} if the trace is not recorded. */
    static @Nullable BroadcastTrace start(
            TraceSpans spans, Map<String, Object> headers, ExamineeKey examinee, @Nullable String type) {
        Span receipt = spans.startReceived("broadcast receive", headers, examinee);
        if (receipt == null) {
            return null;
        }
        if (type != null) {
            receipt.tag("type", type);
        }
        return new BroadcastTrace(spans, receipt, examinee);
    }

    /**
     * Returns an action that records a push, for when the broadcast is written to a browser's socket.
     *
     * @param first runs before
     */
    Runnable recordingPush(Runnable first) {
        return () -> {
            first.run();
            if (pushes.incrementAndGet() <= MAX_PUSHES) {
                spans.record(receipt.context(), "push", examinee, receivedAt);
            }
        };
    }

    /** Ends the span of the receipt: the broadcast is passed to all connections. */
    void end() {
        receipt.end();
    }
}
