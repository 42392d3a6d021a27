package dev.mobilesync.web;

import static org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher.pathPattern;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.service.http.Problem;
import dev.mobilesync.service.ratelimit.ClientAddress;
import dev.mobilesync.service.ratelimit.RateLimit;
import dev.mobilesync.service.ratelimit.RateLimiter;
import dev.mobilesync.service.security.AuthenticatedCaller;
import dev.mobilesync.service.security.CallerAuthentication;
import dev.mobilesync.web.capture.CaptureController;
import dev.mobilesync.web.pairing.PairingController;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpMethod;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.web.util.matcher.RequestMatcher;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Refuses who asks too often: whoever has a good token by whom it is for, everybody else by address. It comes after the
 * token was checked, so that nobody's bad requests use up what others at the same address have.
 */
final class RateLimitFilter extends OncePerRequestFilter {

    private static final String COUNTED = RateLimitFilter.class.getName() + ".counted";

    /** Matched like the handlers' own patterns, on decoded segments: {@code /mobile%2Dcaptures} is an upload, too. */
    private static final RequestMatcher UPLOADS = pathPattern(HttpMethod.POST, CaptureController.UPLOADS);

    private static final RequestMatcher REDEEM = pathPattern(HttpMethod.POST, PairingController.REDEEM);
    private static final RequestMatcher API = pathPattern("/api/**");

    private final RateLimiter shared;
    private final RequestMatcher unlimited;
    private final MeterRegistry meters;
    private final @Nullable RateLimit uploadsPerExaminee;
    private final @Nullable RateLimit requestsPerCaller;
    private final @Nullable RateLimit requestsPerAddress;
    private final @Nullable RateLimit pagesPerAddress;

    /**
     * @param unlimited what is never refused: health and metrics
     */
    RateLimitFilter(WebLimits limits, RateLimiter shared, RequestMatcher unlimited, MeterRegistry meters) {
        this.shared = shared;
        this.unlimited = unlimited;
        this.meters = meters;
        this.uploadsPerExaminee = limit("uploads-per-examinee", limits.uploadsPerExaminee());
        this.requestsPerCaller = limit("requests-per-caller", limits.requestsPerCaller());
        this.requestsPerAddress = limit("requests-per-address", limits.requestsPerAddress());
        this.pagesPerAddress = limit("pages-per-address", limits.pagesPerAddress());
    }

    private static @Nullable RateLimit limit(String name, int perMinute) {
        return perMinute == 0 ? null : RateLimit.perMinute(name, perMinute);
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return unlimited.matches(request);
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if (!(SecurityContextHolder.getContext().getAuthentication() instanceof CallerAuthentication known)
                ? refusesStranger(request, response)
                : refuses(known.getPrincipal(), request, response)) {
            return;
        }
        chain.doFilter(request, response);
    }

    private boolean refuses(AuthenticatedCaller caller, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        boolean upload = caller instanceof AuthenticatedCaller.Device && UPLOADS.matches(request);
        @Nullable RateLimit limit = upload ? uploadsPerExaminee : requestsPerCaller;
        return limit != null && refuses(limit, shared.tryConsume(limit, key(caller)), response);
    }

    private boolean refusesStranger(HttpServletRequest request, HttpServletResponse response) throws IOException {
        // Its wrong codes have a limit of their own; the requests of others must not block a valid link.
        if (REDEEM.matches(request)) {
            return false;
        }
        if (API.matches(request)) {
            return refusesUnauthenticated(request, response);
        }
        return pagesPerAddress != null
                && refuses(pagesPerAddress, shared.tryConsume(pagesPerAddress, address(request)), response);
    }

    /**
     * Counts a request without a good token, once.
     *
     * @return whether it was refused, and answered
     */
    boolean refusesUnauthenticated(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (requestsPerAddress == null || request.getAttribute(COUNTED) != null) {
            return false;
        }
        request.setAttribute(COUNTED, true);
        return refuses(requestsPerAddress, shared.tryConsume(requestsPerAddress, address(request)), response);
    }

    private boolean refuses(RateLimit limit, Duration wait, HttpServletResponse response) throws IOException {
        if (wait.isZero()) {
            return false;
        }
        meters.counter("mobile.sync.requests.limited", "limit", limit.name()).increment();
        Problem.of(ErrorCode.TOO_MANY_REQUESTS, "more than " + limit.tokens() + " in a minute (" + limit.name() + ")")
                .withRetryAfter(wait)
                .write(response);
        return true;
    }

    private static String address(HttpServletRequest request) {
        return ClientAddress.key(request.getRemoteAddr());
    }

    /** Without the device: a new pairing does not reset the count. */
    private static String key(AuthenticatedCaller caller) {
        if (caller instanceof AuthenticatedCaller.Proctor proctor) {
            return "proctor " + proctor.subject();
        }
        if (caller instanceof AuthenticatedCaller.Device device) {
            return "device " + key(device.examinee());
        }
        return "examinee " + key(((AuthenticatedCaller.Examinee) caller).examinee());
    }

    private static String key(ExamineeKey examinee) {
        return examinee.planId() + " " + examinee.examineeId();
    }
}
