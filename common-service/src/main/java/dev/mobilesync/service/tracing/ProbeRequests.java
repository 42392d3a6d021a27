package dev.mobilesync.service.tracing;

import io.micrometer.observation.Observation;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.server.observation.ServerRequestObservationContext;

/** The requests of load balancers, orchestrators and Prometheus: Actuator, {@code /livez} and {@code /readyz}. */
final class ProbeRequests {

    private static final Set<String> PUBLIC_PROBES = Set.of("/livez", "/readyz");

    private final String actuator;
    private final String belowActuator;

    /**
     * @param actuator the base path of Actuator's endpoints
     */
    ProbeRequests(String actuator) {
        this.actuator = actuator;
        this.belowActuator = actuator.endsWith("/") ? actuator : actuator + "/";
    }

    /** Whether the observation is one of these requests, on Tomcat or Netty. */
    boolean contains(Observation.Context context) {
        String path = path(context);
        return path != null
                && (PUBLIC_PROBES.contains(path) || path.equals(actuator) || path.startsWith(belowActuator));
    }

    private static @Nullable String path(Observation.Context context) {
        if (context instanceof ServerRequestObservationContext request && request.getCarrier() != null) {
            return request.getCarrier().getRequestURI();
        }
        if (context
                        instanceof
                        org.springframework.http.server.reactive.observation.ServerRequestObservationContext request
                && request.getCarrier() != null) {
            return request.getCarrier().getPath().value();
        }
        return null;
    }
}
