package dev.mobilesync.endtoend;

import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A receiver of OTLP over HTTP with protobuf. It keeps the spans that the services export, and can stop answering. */
final class OtlpCollector implements AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final String PATH = "/v1/traces";
    private static final String PROTOBUF = "application/x-protobuf";

    private final HttpServer server;
    private final ExecutorService executor = Executors.newCachedThreadPool();
    private final List<ExportedSpan> spans = new CopyOnWriteArrayList<>();
    private volatile CountDownLatch answering = new CountDownLatch(0);

    OtlpCollector() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/", this::receive);
        server.setExecutor(executor);
        server.start();
    }

    /** The base of the addresses, as in {@code OTEL_EXPORTER_OTLP_ENDPOINT}. */
    String address() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** The address of traces, as in {@code management.opentelemetry.tracing.export.otlp.endpoint}. */
    String endpoint() {
        return address() + PATH;
    }

    private void receive(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (!exchange.getRequestURI().getPath().equals(PATH)
                    || !PROTOBUF.equals(exchange.getRequestHeaders().getFirst("Content-Type"))) {
                exchange.sendResponseHeaders(400, -1);
                return;
            }
            add(ExportTraceServiceRequest.parseFrom(exchange.getRequestBody()));
            answering.await();
            // An ExportTraceServiceResponse without fields has no bytes.
            exchange.getResponseHeaders().set("Content-Type", PROTOBUF);
            exchange.sendResponseHeaders(200, -1);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void add(ExportTraceServiceRequest request) {
        for (ResourceSpans resource : request.getResourceSpansList()) {
            String service = ExportedSpan.attributes(resource.getResource().getAttributesList())
                    .getOrDefault("service.name", "");
            for (ScopeSpans scope : resource.getScopeSpansList()) {
                for (Span span : scope.getSpansList()) {
                    spans.add(new ExportedSpan(service, span));
                }
            }
        }
    }

    /** Receives requests, but does not answer them until {@link #answer}. */
    void hang() {
        answering = new CountDownLatch(1);
    }

    void answer() {
        answering.countDown();
    }

    List<ExportedSpan> spans() {
        return List.copyOf(spans);
    }

    void clear() {
        spans.clear();
    }

    /** Waits for the spans of one trace. */
    List<ExportedSpan> awaitTrace(String traceId, int count) {
        return await().atMost(TIMEOUT).until(() -> trace(traceId), found -> found.size() >= count);
    }

    /** Waits for the trace of the only capture, pushed to one browser, and returns it. */
    CaptureTrace captureTrace() {
        ExportedSpan put = await().atMost(TIMEOUT)
                .until(
                        () -> spans.stream()
                                .filter(span -> span.name().equals("store put"))
                                .findAny(),
                        Optional::isPresent)
                .orElseThrow();
        return new CaptureTrace(awaitTrace(put.traceId(), CaptureTrace.spans(1)));
    }

    private List<ExportedSpan> trace(String traceId) {
        return spans.stream().filter(span -> span.traceId().equals(traceId)).toList();
    }

    @Override
    public void close() {
        answer();
        server.stop(0);
        executor.shutdownNow();
    }
}
