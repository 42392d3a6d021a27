package dev.mobilesync.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mobilesync.endtoend.MobileSyncSystem.Service;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.testsupport.ApiClient;
import dev.mobilesync.testsupport.Jpegs;
import dev.mobilesync.testsupport.StompTestClient;
import dev.mobilesync.testsupport.TestServers;
import io.micrometer.tracing.Tracer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Traces of captures, as a collector receives them over OTLP. */
class TracingIT {

    /** The bean that Spring Boot creates if an endpoint is configured. */
    static final String EXPORTER = "otlpHttpSpanExporter";

    /** The last of them is no longer slow because classes are loaded. */
    private static final int CAPTURES = 10;

    /** The span of the platform's proxy that passed the request on. */
    private static final String CALLER = "00f067aa0ba902b7";

    private static final AtomicInteger EXAMINEES = new AtomicInteger();
    /** Longer than the pause between two runs of each periodic task. */
    private static final Duration IDLE = Duration.ofSeconds(7);

    private static final Duration IDLE_MINUTE = Duration.ofSeconds(60);
    private static final Duration EXPORT_TIMEOUT = Duration.ofSeconds(60);

    private static OtlpCollector collector;
    private static MobileSyncSystem system;

    private final ExamineeKey examinee = new ExamineeKey("traced-plan", "E" + EXAMINEES.incrementAndGet());

    @BeforeAll
    static void start() {
        collector = new OtlpCollector();
        Map<String, String> properties = new HashMap<>(TestProperties.PROPERTIES);
        properties.put("management.opentelemetry.tracing.export.otlp.endpoint", collector.endpoint());
        properties.put("management.opentelemetry.tracing.export.otlp.timeout", EXPORT_TIMEOUT.toSeconds() + "s");
        properties.put("management.opentelemetry.tracing.export.timeout", EXPORT_TIMEOUT.toSeconds() + "s");
        properties.put("management.opentelemetry.tracing.export.schedule-delay", "100ms");
        properties.put("management.tracing.sampling.probability", "1.0");
        properties.put("mobile-sync.sweep-interval", "1s");
        system = MobileSyncSystem.start(TestServers.open(), properties);
    }

    @AfterAll
    static void stop() {
        collector.answer();
        system.close();
        collector.close();
    }

    @BeforeEach
    void awaitReadiness() {
        system.awaitReadiness(200, Service.values());
    }

    @Test
    void recordsEachCaptureInOneTrace() {
        try (StompTestClient browser = system.examinee(examinee);
                StompTestClient proctor = system.proctor(examinee.planId())) {
            for (int i = 1; i <= CAPTURES; i++) {
                CaptureTrace trace = new CaptureTrace(upload(i, browser, proctor));
                trace.assertComplete(examinee, CALLER, 2);
                if (i == CAPTURES) {
                    System.out.println(trace.table());
                }
            }
        }
        for (Service service : Service.values()) {
            assertThat(system.hasBean(service, EXPORTER)).isTrue();
            assertThat(management(service).get("/actuator/prometheus", "").body())
                    .as("ids are attributes of spans, not labels of metrics")
                    .contains("mobile_sync")
                    .doesNotContain(examinee.planId());
        }
    }

    private List<ExportedSpan> upload(int picture, StompTestClient... browsers) {
        String traceId = "4bf92f3577b34da6a3ce929d%04x%04x".formatted(EXAMINEES.get(), picture);
        assertThat(system.api()
                        .upload(
                                examinee,
                                "M001",
                                Jpegs.picture(picture),
                                "traceparent",
                                "00-" + traceId + "-" + CALLER + "-01")
                        .statusCode())
                .isEqualTo(201);
        for (StompTestClient browser : browsers) {
            browser.await("mobile_sync_completed");
        }
        return collector.awaitTrace(traceId, CaptureTrace.spans(browsers.length));
    }

    /** Unsampled by the caller: nothing is recorded, but the trace is passed on. */
    @Test
    void recordsNothingOfUnsampledTrace() {
        String unsampled = "00-4bf92f3577b34da6a3ce929d0e0e4736-" + CALLER + "-00";
        try (StompTestClient browser = system.examinee(examinee)) {
            assertThat(system.api()
                            .upload(examinee, "M001", Jpegs.picture(2), "traceparent", unsampled)
                            .statusCode())
                    .isEqualTo(201);
            browser.await("mobile_sync_completed");
        }
        // A trace that is recorded later has arrived, so this one would have, too.
        try (StompTestClient browser = system.examinee(examinee)) {
            upload(1, browser);
        }
        assertThat(collector.spans().stream().map(ExportedSpan::traceId))
                .doesNotContain("4bf92f3577b34da6a3ce929d0e0e4736");
    }

    @Test
    void recordsNothingWhileIdle() {
        assertIdleFor(IDLE);
    }

    @Test
    @Tag("slow")
    void recordsNothingInIdleMinute() {
        assertIdleFor(IDLE_MINUTE);
    }

    /** Idle apart from probes and scrapes, which an orchestrator and Prometheus repeat. */
    private void assertIdleFor(Duration duration) {
        awaitNoSpans();
        await().pollInterval(Duration.ofMillis(500))
                .during(duration)
                .atMost(duration.plusSeconds(60))
                .untilAsserted(() -> {
                    for (Service service : Service.values()) {
                        management(service).get("/actuator/health/liveness", "");
                        system.readiness(service);
                        management(service).get("/actuator/prometheus", "");
                    }
                    ApiClient.ofOther(system.web()).get("/readyz", "");
                    ApiClient.ofOther(system.socketHttp()).get("/livez", "");
                    assertThat(collector.spans()).isEmpty();
                });
    }

    /** Waits until the spans of earlier tests have arrived. */
    private static void awaitNoSpans() {
        await().during(Duration.ofSeconds(1)).atMost(Duration.ofSeconds(60)).until(() -> {
            boolean none = collector.spans().isEmpty();
            collector.clear();
            return none;
        });
    }

    private static ApiClient management(Service service) {
        return ApiClient.ofOther(system.management(service));
    }

    private static long count(String name) {
        return collector.spans().stream()
                .filter(span -> span.name().equals(name))
                .count();
    }

    /** Uploads do not wait for the collector, and spans that it does not take are dropped. */
    @Test
    void doesNotDependOnCollector() {
        awaitNoSpans();
        collector.hang();
        Tracer tracer = system.bean(Tracer.class);
        int spans = 50_000;
        long started = System.nanoTime();
        for (int i = 0; i < spans; i++) {
            tracer.nextSpan().name("unanswered").start().end();
        }
        System.out.printf("a recorded span takes %.1f µs%n", (System.nanoTime() - started) / 1e3 / spans);
        try (StompTestClient browser = system.examinee(examinee)) {
            long since = System.nanoTime();
            assertThat(system.api().upload(examinee, "M001", Jpegs.picture(1)).statusCode())
                    .isEqualTo(201);
            browser.await("mobile_sync_completed");
            assertThat(Duration.ofNanos(System.nanoTime() - since)).isLessThan(EXPORT_TIMEOUT);
        }
        collector.answer();
        // Spans arrive in order, so the others have arrived or were dropped.
        await().atMost(EXPORT_TIMEOUT.multipliedBy(2)).until(() -> {
            tracer.nextSpan().name("last").start().end();
            return count("last") > 0;
        });
        assertThat(count("unanswered")).isPositive().isLessThan(spans / 5);
    }
}
