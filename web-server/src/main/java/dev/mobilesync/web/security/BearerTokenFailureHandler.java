package dev.mobilesync.web.security;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.service.http.Problem;
import org.springframework.security.authentication.AuthenticationServiceException;
import org.springframework.security.config.ObjectPostProcessor;
import org.springframework.security.oauth2.server.resource.web.authentication.BearerTokenAuthenticationFilter;
import org.springframework.security.web.AuthenticationEntryPoint;

/**
 * Answers requests whose token is invalid or cannot be checked now. By default, Spring Security throws the exception of
 * an unavailable issuer at the container.
 *
 * @param entryPoint answers requests with an invalid token
 */
record BearerTokenFailureHandler(AuthenticationEntryPoint entryPoint)
        implements ObjectPostProcessor<BearerTokenAuthenticationFilter> {

    @Override
    public <O extends BearerTokenAuthenticationFilter> O postProcess(O filter) {
        filter.setAuthenticationFailureHandler((request, response, e) -> {
            if (e instanceof AuthenticationServiceException) {
                Problem.of(ErrorCode.AUTHENTICATION_UNAVAILABLE, "tokens cannot be checked now")
                        .send(response);
            } else {
                entryPoint.commence(request, response, e);
            }
        });
        return filter;
    }
}
