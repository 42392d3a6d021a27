package dev.mobilesync.web.roster;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.web.body.BodyRoute;
import dev.mobilesync.web.http.PlanAccess;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpMethod;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;

@Configuration(proxyBeanMethods = false)
class RosterConfiguration {

    /** Receives the body of a roster, if the caller may send one. */
    @Bean
    BodyRoute rosterBodies() {
        return new BodyRoute(
                PathPatternRequestMatcher.pathPattern(HttpMethod.PUT, RosterController.ROSTER),
                BodyRoute.Buffer.AUTHENTICATED,
                RosterController.MAX_BYTES,
                ErrorCode.INVALID_REQUEST,
                ErrorCode.INVALID_REQUEST,
                (request, match) -> {
                    PlanAccess.requireManager(
                            match.getVariables().getOrDefault("planId", ""), request, RosterController.ACTION);
                    return BodyRoute.AdmittedRequest.IMMEDIATE;
                });
    }
}
