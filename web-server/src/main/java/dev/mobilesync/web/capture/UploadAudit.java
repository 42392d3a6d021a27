package dev.mobilesync.web.capture;

import dev.mobilesync.service.security.AuditEvent;
import dev.mobilesync.service.security.AuthenticatedCaller;
import dev.mobilesync.service.security.CallerAuthentication;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.HandlerMapping;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** Audits each upload of a caller with a good token, stored or not. */
final class UploadAudit implements HandlerInterceptor, WebMvcConfigurer {

    private static final String PATH = "/api/v1/plans/*/examinees/*/mobile-captures";

    @Override
    public void addInterceptors(InterceptorRegistry registry) {
        registry.addInterceptor(this).addPathPatterns(PATH);
    }

    @Override
    public void afterCompletion(
            HttpServletRequest request, HttpServletResponse response, Object handler, @Nullable Exception e) {
        if (request.getUserPrincipal() instanceof CallerAuthentication known
                && request.getAttribute(HandlerMapping.URI_TEMPLATE_VARIABLES_ATTRIBUTE) instanceof Map<?, ?> ids) {
            AuthenticatedCaller caller = known.getPrincipal();
            AuditEvent.of("upload")
                    .by(caller)
                    .with("plan", ids.get("planId"))
                    .with("examinee", ids.get("examineeId"))
                    .with("address", request.getRemoteAddr())
                    .with("result", response.getStatus())
                    .write();
        }
    }
}
