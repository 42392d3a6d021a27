package dev.mobilesync.web.capture;

import dev.mobilesync.service.security.AuditEvent;
import dev.mobilesync.service.security.CallerAuthentication;
import dev.mobilesync.service.tracing.TraceSpans;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.HandlerMapping;

/**
 * Audits authenticated uploads that reach the controller, stored or not, with one line each. {@link UploadAdmission} has admitted
 * those with a body. Those without a body may come from any caller.
 */
final class UploadAuditInterceptor implements HandlerInterceptor {

    private final UploadAdmission admission;
    private final TraceSpans spans;

    UploadAuditInterceptor(UploadAdmission admission, TraceSpans spans) {
        this.admission = admission;
        this.spans = spans;
    }

    @Override
    public void afterCompletion(
            HttpServletRequest request, HttpServletResponse response, Object handler, @Nullable Exception e) {
        if (request.getUserPrincipal() instanceof CallerAuthentication authentication
                && request.getAttribute(HandlerMapping.URI_TEMPLATE_VARIABLES_ATTRIBUTE) instanceof Map<?, ?> ids) {
            UploadResult result = UploadResult.of(request);
            AuditEvent.of("upload")
                    .by(authentication.getPrincipal())
                    .with("plan", ids.get("planId"))
                    .with("examinee", ids.get("examineeId"))
                    .with("address", request.getRemoteAddr())
                    .with("result", response.getStatus())
                    .with("outcome", result.outcome())
                    .with("bytes", result.bytes())
                    .with("millis", admission.age(request).toMillis())
                    .with("trace", spans.currentTraceId())
                    .write();
        }
    }
}
