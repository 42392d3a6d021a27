package dev.mobilesync.web.http;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.service.security.AuthenticatedCaller;
import dev.mobilesync.service.security.AuthenticatedCaller.PlanSupervisor;
import dev.mobilesync.service.security.CallerAuthentication;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

/** Admits those who supervise a plan: its proctors, and the platform's server. */
public final class PlanAccess {

    private PlanAccess() {}

    /**
     * Returns the caller as a supervisor of the plan.
     *
     * @param action what others may not do, for the message
     * @throws ApiException {@code INVALID_REQUEST} if it is not the id of a plan, {@code FORBIDDEN} for other callers
     */
    public static PlanSupervisor requireSupervisor(String planId, @Nullable AuthenticatedCaller caller, String action) {
        PathIds.requirePlan(planId);
        if (caller instanceof PlanSupervisor supervisor && supervisor.isSupervisorOf(planId)) {
            return supervisor;
        }
        throw new ApiException(
                ErrorCode.FORBIDDEN, "only a token with the role proctor or service for this plan may " + action);
    }

    /** Likewise, before the body of a request is received. */
    public static PlanSupervisor requireSupervisor(String planId, HttpServletRequest request, String action) {
        return requireSupervisor(
                planId,
                request.getUserPrincipal() instanceof CallerAuthentication caller ? caller.getPrincipal() : null,
                action);
    }
}
