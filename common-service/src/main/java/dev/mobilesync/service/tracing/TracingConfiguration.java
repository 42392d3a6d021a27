package dev.mobilesync.service.tracing;

import io.micrometer.observation.ObservationPredicate;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.propagation.Propagator;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.micrometer.tracing.opentelemetry.autoconfigure.SdkTracerProviderBuilderCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/** Traces. Spring Boot exports them if {@code management.opentelemetry.tracing.export.otlp.endpoint} is set. */
@Configuration(proxyBeanMethods = false)
public class TracingConfiguration {

    /** Without a tracer, as in a command, nothing is recorded. */
    @Bean
    TraceSpans traceSpans(
            ObjectProvider<Tracer> tracer,
            ObjectProvider<Propagator> propagator,
            ObjectProvider<SpanExporter> exporters) {
        return new TraceSpans(
                tracer.getIfAvailable(() -> Tracer.NOOP),
                propagator.getIfAvailable(() -> Propagator.NOOP),
                isExporting(exporters));
    }

    /** Records no spans that would go nowhere, whatever the sampling probability is. Trace ids are still passed on. */
    @Bean
    SdkTracerProviderBuilderCustomizer recordOnlyWithExporter(ObjectProvider<SpanExporter> exporters) {
        return builder -> {
            if (!isExporting(exporters)) {
                builder.setSampler(Sampler.alwaysOff());
            }
        };
    }

    private static boolean isExporting(ObjectProvider<SpanExporter> exporters) {
        return exporters.stream().findAny().isPresent();
    }

    /** Health probes and scrapes repeat all the time. They are neither traced nor counted. */
    @Bean
    ObservationPredicate noObservationOfProbes(Environment environment) {
        ProbeRequests probes =
                new ProbeRequests(environment.getProperty("management.endpoints.web.base-path", "/actuator"));
        return (name, context) -> !probes.contains(context);
    }
}
