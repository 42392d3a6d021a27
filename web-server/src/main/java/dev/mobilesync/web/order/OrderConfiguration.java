package dev.mobilesync.web.order;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.service.command.CommandBodies;
import dev.mobilesync.web.body.BodyRoute;
import dev.mobilesync.web.http.PlanAccess;
import java.time.Clock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpMethod;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;

@Configuration(proxyBeanMethods = false)
class OrderConfiguration {

    /** Receives the body of an order, if the caller may give one. */
    @Bean
    BodyRoute orderBodies() {
        return new BodyRoute(
                PathPatternRequestMatcher.pathPattern(HttpMethod.POST, OrderController.ORDERS),
                BodyRoute.Buffer.AUTHENTICATED,
                OrderController.MAX_BYTES,
                ErrorCode.INVALID_REQUEST,
                ErrorCode.INVALID_REQUEST,
                (request, match) -> {
                    PlanAccess.requireManager(
                            match.getVariables().getOrDefault("planId", ""), request, OrderController.ACTION);
                    return BodyRoute.AdmittedRequest.IMMEDIATE;
                });
    }

    @Bean
    CommandBodies commandBodies(Clock clock) {
        return new CommandBodies(clock);
    }
}
