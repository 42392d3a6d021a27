package dev.mobilesync.web.http;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.service.security.AuthenticatedCaller;
import dev.mobilesync.service.security.AuthenticatedCaller.PlanManager;
import dev.mobilesync.service.security.CallerAuthentication;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

/** The one place that decides who manages a plan: its proctors, and the platform's server. */
public final class PlanAccess {

    private PlanAccess() {}

    /**
     * Returns the caller as a manager of the plan.
     *
     * @param action what others may not do, for the message
     * @throws ApiException {@code INVALID_REQUEST} if it is not the id of a plan, {@code FORBIDDEN} for other callers
     */
    public static PlanManager requireManager(String planId, @Nullable AuthenticatedCaller caller, String action) {
        PathIds.requirePlan(planId);
        if (caller instanceof PlanManager manager && manager.isManagerOf(planId)) {
            return manager;
        }
        throw new ApiException(
                ErrorCode.FORBIDDEN, "only a token with the role proctor or service for this plan may " + action);
    }

    /** Likewise, before the body of a request is received. */
    public static PlanManager requireManager(String planId, HttpServletRequest request, String action) {
        return requireManager(
                planId,
                request.getUserPrincipal() instanceof CallerAuthentication caller ? caller.getPrincipal() : null,
                action);
    }
}
