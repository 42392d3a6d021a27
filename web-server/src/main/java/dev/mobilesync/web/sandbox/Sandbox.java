package dev.mobilesync.web.sandbox;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.service.cache.LruCache;
import dev.mobilesync.service.sandbox.SandboxIds;
import dev.mobilesync.web.capture.UploadSandbox;
import dev.mobilesync.web.http.PathIds;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.HandlerMapping;

/** Fails the requests of those examinees whose ids request it: uploads here, other requests as an interceptor. */
final class Sandbox implements UploadSandbox, HandlerInterceptor {

    /** Longer than any upload may take (4.5 s), shorter than nginx waits (10 s). */
    static final Duration STALL = Duration.ofSeconds(8);

    private static final String STALL_EFFECT = "stall";
    /** After the effect: only the first request fails. */
    private static final String ONCE = "-once";

    private final SandboxIds ids;
    private final LruCache<AtomicBoolean> failed = new LruCache<>();

    Sandbox(SandboxIds ids) {
        this.ids = ids;
    }

    @Override
    public Duration delay(ExamineeKey examinee) {
        return isRequested(examinee, STALL_EFFECT) ? STALL : Duration.ZERO;
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
            if (affected.test(fault) && isRequested(examinee, fault.effect())) {
                throw fault.toException();
            }
        }
    }

    private boolean isRequested(ExamineeKey examinee, String effect) {
        boolean once = ids.request(examinee, effect + ONCE);
        return once ? isFirst(examinee) : ids.request(examinee, effect);
    }

    private boolean isFirst(ExamineeKey examinee) {
        return failed.get(examinee.planId() + '/' + examinee.examineeId(), key -> new AtomicBoolean())
                .compareAndSet(false, true);
    }
}
