package dev.mobilesync.web.sandbox;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.service.cache.LruCache;
import dev.mobilesync.service.sandbox.SandboxIds;
import dev.mobilesync.web.capture.UploadFaultInjector;
import dev.mobilesync.web.http.PathIds;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.HandlerMapping;

/** Injects the faults that the ids of examinees request: into uploads, and as an interceptor into other requests. */
final class SandboxFaultInjector implements UploadFaultInjector, HandlerInterceptor {

    /** Longer than the handling of an upload may take by default (4.5 s), shorter than nginx waits (10 s). */
    static final Duration STALL = Duration.ofSeconds(8);

    private static final String STALL_FAULT = "stall";
    /** After the fault: only the first request fails. */
    private static final String ONCE = "-once";

    private final SandboxIds ids;
    private final LruCache<String, AtomicBoolean> failed = new LruCache<>();

    SandboxFaultInjector(SandboxIds ids) {
        this.ids = ids;
    }

    @Override
    public Duration delay(ExamineeKey examinee) {
        return isRequested(examinee, STALL_FAULT) ? STALL : Duration.ZERO;
    }

    @Override
    public void beforeStore(ExamineeKey examinee) {
        fail(examinee, SandboxFault::affectsUpload);
    }

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
        if (request.getAttribute(HandlerMapping.URI_TEMPLATE_VARIABLES_ATTRIBUTE) instanceof Map<?, ?> path) {
            ExamineeKey examinee =
                    PathIds.parseExaminee(String.valueOf(path.get("planId")), String.valueOf(path.get("examineeId")));
            boolean order = request.getRequestURI().endsWith("/orders");
            fail(examinee, fault -> fault.affectsOther(order));
        }
        return true;
    }

    private void fail(ExamineeKey examinee, Predicate<SandboxFault> affected) {
        for (SandboxFault fault : SandboxFault.values()) {
            if (affected.test(fault) && isRequested(examinee, fault.faultName())) {
                throw fault.toException();
            }
        }
    }

    private boolean isRequested(ExamineeKey examinee, String fault) {
        boolean once = ids.isRequested(examinee, fault + ONCE);
        return once ? isFirst(examinee) : ids.isRequested(examinee, fault);
    }

    private boolean isFirst(ExamineeKey examinee) {
        return failed.get(examinee.planId() + '/' + examinee.examineeId(), key -> new AtomicBoolean())
                .compareAndSet(false, true);
    }
}
