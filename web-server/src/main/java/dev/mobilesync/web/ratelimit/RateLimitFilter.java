package dev.mobilesync.web.ratelimit;

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
import dev.mobilesync.web.common.WebServerProperties;
import dev.mobilesync.web.pairing.PairingController;
import io.micrometer.core.instrument.Counter;
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
 * Limits the rate of requests. Authenticated requests are limited per caller: an examinee's page, all phones of an examinee
 * together, a proctor, or the platform's server. All others are limited per address, except those that redeem a code:
 * {@code WrongCodeLimiter} limits wrong codes. The filter runs after the token check, so unauthenticated requests do not
 * use up the limits of callers at the same address.
 */
public final class RateLimitFilter extends OncePerRequestFilter {

    private static final String COUNTED = RateLimitFilter.class.getName() + ".counted";

    /** Matches decoded segments, as the handler mappings do: {@code /mobile%2Dcaptures} is also an upload. */
    private static final RequestMatcher UPLOADS = pathPattern(HttpMethod.POST, CaptureController.UPLOADS);

    private static final RequestMatcher REDEEM = pathPattern(HttpMethod.POST, PairingController.REDEEM);
    private static final RequestMatcher API = pathPattern("/api/**");

    private final RateLimiter rateLimiter;
    private final RequestMatcher unlimited;
    private final MeterRegistry meters;
    private final @Nullable RateLimit uploadsPerExaminee;
    private final @Nullable RateLimit requestsPerCaller;
    private final @Nullable RateLimit anonymousRequestsPerAddress;
    private final @Nullable RateLimit pagesPerAddress;

    /**
     * @param unlimited requests without a limit: health and metrics
     */
    public RateLimitFilter(
            WebServerProperties.Limits properties,
            RateLimiter rateLimiter,
            RequestMatcher unlimited,
            MeterRegistry meters) {
        this.rateLimiter = rateLimiter;
        this.unlimited = unlimited;
        this.meters = meters;
        this.uploadsPerExaminee = createLimit("uploads-per-examinee", properties.uploadsPerExaminee());
        this.requestsPerCaller = createLimit("requests-per-caller", properties.requestsPerCaller());
        this.anonymousRequestsPerAddress =
                createLimit("anonymous-requests-per-address", properties.anonymousRequestsPerAddress());
        this.pagesPerAddress = createLimit("pages-per-address", properties.pagesPerAddress());
    }

    private @Nullable RateLimit createLimit(String name, int perMinute) {
        rejected(name);
        return perMinute == 0 ? null : RateLimit.perMinute(name, perMinute);
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return unlimited.matches(request);
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if (!(SecurityContextHolder.getContext().getAuthentication() instanceof CallerAuthentication authentication)
                ? rejectsAnonymous(request, response)
                : rejects(authentication.getPrincipal(), request, response)) {
            return;
        }
        chain.doFilter(request, response);
    }

    private boolean rejects(AuthenticatedCaller caller, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        boolean upload = caller instanceof AuthenticatedCaller.Device && UPLOADS.matches(request);
        @Nullable RateLimit limit = upload ? uploadsPerExaminee : requestsPerCaller;
        return limit != null && rejects(limit, rateLimiter.tryConsume(limit, key(caller)), response);
    }

    private boolean rejectsAnonymous(HttpServletRequest request, HttpServletResponse response) throws IOException {
        // Wrong codes have a separate limit. Requests of others must not block a valid link.
        if (REDEEM.matches(request)) {
            return false;
        }
        if (API.matches(request)) {
            return rejectsUnauthenticated(request, response);
        }
        return pagesPerAddress != null
                && rejects(pagesPerAddress, rateLimiter.tryConsume(pagesPerAddress, address(request)), response);
    }

    /**
     * Counts a request without a valid token. Counts each request once.
     *
     * @return whether the request was rejected and answered
     */
    public boolean rejectsUnauthenticated(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (anonymousRequestsPerAddress == null || request.getAttribute(COUNTED) != null) {
            return false;
        }
        request.setAttribute(COUNTED, true);
        return rejects(
                anonymousRequestsPerAddress,
                rateLimiter.tryConsume(anonymousRequestsPerAddress, address(request)),
                response);
    }

    private boolean rejects(RateLimit limit, Duration wait, HttpServletResponse response) throws IOException {
        if (wait.isZero()) {
            return false;
        }
        rejected(limit.name()).increment();
        Problem.of(ErrorCode.TOO_MANY_REQUESTS, "more than " + limit.tokens() + " per minute (" + limit.name() + ")")
                .withRetryAfter(wait)
                .send(response);
        return true;
    }

    private Counter rejected(String limit) {
        return meters.counter("mobile.sync.requests.limited", "limit", limit);
    }

    private static String address(HttpServletRequest request) {
        return ClientAddress.key(request.getRemoteAddr());
    }

    /** Leaves out the device, so that a new pairing does not reset the count. */
    private static String key(AuthenticatedCaller caller) {
        if (caller instanceof AuthenticatedCaller.PlanSupervisor supervisor) {
            return supervisor.role() + " " + supervisor.subject();
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
