package dev.mobilesync.service.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.messages.ExamineeKey;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.propagation.Propagator;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TraceSpansTests {

    private static final String TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-";
    private static final ExamineeKey EXAMINEE = new ExamineeKey("P001", "E001");

    private final TraceSpans exporting = new TraceSpans(Tracer.NOOP, Propagator.NOOP, true);
    private final TraceSpans off = new TraceSpans(Tracer.NOOP, Propagator.NOOP, false);

    @ParameterizedTest
    @CsvSource({"00, false", "01, true", "02, false", "03, true", "ff, true"})
    void recordsSampledTraces(String flags, boolean recorded) {
        Map<String, String> headers = Map.of("traceparent", TRACE + flags);

        assertThat(exporting.isRecorded(headers)).isEqualTo(recorded);
        assertThat(off.isRecorded(headers)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "01", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331", TRACE, TRACE + "x"})
    void ignoresMalformedTraces(String traceParent) {
        assertThat(exporting.isRecorded(Map.of("traceparent", traceParent))).isFalse();
        assertThat(exporting.isRecorded(Map.of())).isFalse();
    }

    @Test
    void makesCallsWithoutTrace() throws IOException {
        assertThat(exporting.<String, IOException>call("store put", "s3", EXAMINEE, () -> "stored"))
                .isEqualTo("stored");
        assertThat(exporting.startCall("store put", "s3", EXAMINEE)).isNull();
    }
}
