package dev.mobilesync.service.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.observation.Observation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.http.server.observation.ServerRequestObservationContext;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

class ProbeRequestsTests {

    private final ProbeRequests probes = new ProbeRequests("/actuator");

    @ParameterizedTest
    @CsvSource({
        "/actuator, true",
        "/actuator/health/liveness, true",
        "/actuator/prometheus, true",
        "/livez, true",
        "/readyz, true",
        "/actuators, false",
        "/livez/more, false",
        "/api/v1/plans/P001/mobile-sync, false",
        "/, false"
    })
    void recognizesProbes(String path, boolean probe) {
        assertThat(probes.contains(new ServerRequestObservationContext(
                        new MockHttpServletRequest("GET", path), new MockHttpServletResponse())))
                .isEqualTo(probe);
        assertThat(probes.contains(
                        new org.springframework.http.server.reactive.observation.ServerRequestObservationContext(
                                MockServerHttpRequest.get(path).build(),
                                new org.springframework.mock.http.server.reactive.MockServerHttpResponse(),
                                java.util.Map.of())))
                .isEqualTo(probe);
    }

    @Test
    void ignoresOtherObservations() {
        assertThat(probes.contains(new Observation.Context())).isFalse();
    }
}
