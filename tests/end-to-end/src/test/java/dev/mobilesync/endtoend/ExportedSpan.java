package dev.mobilesync.endtoend;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A span as a service exported it. */
record ExportedSpan(String service, Span span) {

    String name() {
        return span.getName();
    }

    String kind() {
        return span.getKind().name().replace("SPAN_KIND_", "");
    }

    String traceId() {
        return hex(span.getTraceId());
    }

    String id() {
        return hex(span.getSpanId());
    }

    /** Empty for the first span of a trace. */
    String parentId() {
        return hex(span.getParentSpanId());
    }

    Map<String, String> attributes() {
        return attributes(span.getAttributesList());
    }

    static Map<String, String> attributes(List<KeyValue> attributes) {
        return attributes.stream().collect(Collectors.toMap(KeyValue::getKey, each -> text(each.getValue())));
    }

    private static String text(AnyValue value) {
        return value.hasStringValue()
                ? value.getStringValue()
                : value.toString().strip();
    }

    /** {@code service: name}, for comparing and for documents. */
    String label() {
        return service + ": " + name();
    }

    long startMicros() {
        return span.getStartTimeUnixNano() / 1_000;
    }

    long durationMicros() {
        return (span.getEndTimeUnixNano() - span.getStartTimeUnixNano()) / 1_000;
    }

    private static String hex(ByteString bytes) {
        return HexFormat.of().formatHex(bytes.toByteArray());
    }

    @Override
    public String toString() {
        return label() + " " + kind() + " " + id() + " < " + parentId() + " " + attributes();
    }
}
