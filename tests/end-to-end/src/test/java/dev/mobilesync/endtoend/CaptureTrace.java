package dev.mobilesync.endtoend;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.messages.ExamineeKey;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The trace of one capture: a phone's upload, until it is written to the sockets of one examinee and one proctor. */
record CaptureTrace(List<ExportedSpan> spans) {

    private static final String FIRST = "caller";
    private static final String PHONE =
            "web-server: http post /api/v1/plans/{planId}/examinees/{examineeId}/mobile-captures";

    /** Each span with its kind and the span that caused it. docs/operations.md shows it. */
    private static final Map<String, String> PARENTS = new TreeMap<>(Map.of(
            PHONE + " SERVER",
            FIRST,
            "web-server: store stat CLIENT",
            PHONE,
            "web-server: store put CLIENT",
            PHONE,
            "web-server: publish status_queue PRODUCER",
            PHONE,
            "state-manager: status_queue receive CONSUMER",
            "web-server: publish status_queue",
            "state-manager: save record CLIENT",
            "state-manager: status_queue receive",
            "state-manager: publish broadcast PRODUCER",
            "state-manager: status_queue receive",
            "socket-server: broadcast receive CONSUMER",
            "state-manager: publish broadcast",
            "socket-server: push INTERNAL",
            "socket-server: broadcast receive"));

    /** The number of spans of a capture that is pushed to so many browsers. */
    static int spans(int browsers) {
        return PARENTS.size() - 1 + browsers;
    }

    /**
     * Requires all spans of the capture, each once (a push per browser), with their parents and the examinee.
     *
     * @param caller the parent of the first span; empty if it has none
     */
    void assertComplete(ExamineeKey examinee, String caller, int browsers) {
        Map<String, ExportedSpan> byId = spans.stream().collect(Collectors.toMap(ExportedSpan::id, span -> span));
        Map<String, String> parents = new TreeMap<>();
        for (ExportedSpan span : spans) {
            parents.put(
                    span.label() + " " + span.kind(),
                    span.parentId().equals(caller)
                            ? FIRST
                            : requireNonNull(byId.get(span.parentId()), span.toString())
                                    .label());
            assertThat(span.attributes())
                    .as("%s", span)
                    .containsEntry("mobile_sync.plan", examinee.planId())
                    .containsEntry("mobile_sync.examinee", examinee.examineeId());
        }
        assertThat(parents).as("%s", spans).isEqualTo(PARENTS);
        assertThat(spans).hasSize(spans(browsers));
        assertThat(spans.stream().map(ExportedSpan::traceId)).containsOnly(id());
    }

    String id() {
        return spans.get(0).traceId();
    }

    /** The table of docs/operations.md, and the size of the spans. */
    String table() {
        ExportedSpan first = spans.stream()
                .min(Comparator.comparingLong(ExportedSpan::startMicros))
                .orElseThrow();
        StringBuilder table = new StringBuilder("| span | service | starts after | takes |\n|---|---|---|---|\n");
        append(table, first, first.startMicros(), 0, new HashSet<>());
        int bytes =
                spans.stream().mapToInt(span -> span.span().getSerializedSize()).sum();
        return table.append('\n').append(bytes).append(" bytes\n").toString();
    }

    private void append(StringBuilder table, ExportedSpan span, long start, int depth, Set<String> done) {
        if (!done.add(span.id())) {
            return;
        }
        table.append(String.format(
                Locale.ROOT,
                "| %s`%s` | %s | %.1f ms | %.1f ms |%n",
                "&nbsp;&nbsp;".repeat(depth),
                span.name(),
                span.service(),
                (span.startMicros() - start) / 1_000.0,
                span.durationMicros() / 1_000.0));
        spans.stream()
                .filter(child -> child.parentId().equals(span.id()))
                .sorted(Comparator.comparingLong(ExportedSpan::startMicros))
                .forEach(child -> append(table, child, start, depth + 1, done));
    }
}
