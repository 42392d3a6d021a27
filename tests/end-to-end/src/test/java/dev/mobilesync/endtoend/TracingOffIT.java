package dev.mobilesync.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.endtoend.MobileSyncSystem.Service;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.Tracer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Without a configured collector. */
class TracingOffIT {

    private final MobileSyncSystem system = MobileSyncSystem.shared();

    /** Without an exporter there is nothing that could connect. */
    @ParameterizedTest
    @EnumSource
    void exportsNothing(Service service) {
        assertThat(system.hasBean(service, TracingIT.EXPORTER)).isFalse();
        Span span = system.bean(Tracer.class).nextSpan().start();
        assertThat(span.isNoop()).isTrue();
        assertThat(span.context().traceId()).matches("[0-9a-f]{32}");
    }
}
