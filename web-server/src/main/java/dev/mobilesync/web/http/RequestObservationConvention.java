package dev.mobilesync.web.http;

import dev.mobilesync.service.tracing.TraceSpans;
import io.micrometer.common.KeyValues;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.server.observation.DefaultServerRequestObservationConvention;
import org.springframework.http.server.observation.ServerRequestObservationContext;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.HandlerMapping;

/** Adds the plan and the examinee of a request's path to its span. They are not labels of metrics. */
@Component
class RequestObservationConvention extends DefaultServerRequestObservationConvention {

    @Override
    public KeyValues getHighCardinalityKeyValues(ServerRequestObservationContext context) {
        KeyValues values = super.getHighCardinalityKeyValues(context);
        if (context.getCarrier() != null
                && context.getCarrier().getAttribute(HandlerMapping.URI_TEMPLATE_VARIABLES_ATTRIBUTE)
                        instanceof Map<?, ?> ids) {
            values = and(values, TraceSpans.PLAN, ids.get("planId"));
            values = and(values, TraceSpans.EXAMINEE, ids.get("examineeId"));
        }
        return values;
    }

    private static KeyValues and(KeyValues values, String name, @Nullable Object value) {
        return value == null ? values : values.and(name, value.toString());
    }
}
