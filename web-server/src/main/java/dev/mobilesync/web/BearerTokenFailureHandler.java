package dev.mobilesync.web;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.service.http.Problem;
import org.springframework.security.authentication.AuthenticationServiceException;
import org.springframework.security.config.ObjectPostProcessor;
import org.springframework.security.oauth2.server.resource.web.authentication.BearerTokenAuthenticationFilter;
import org.springframework.security.web.AuthenticationEntryPoint;

/**
 * Answers to tokens that are not good, and to those of which that cannot be told now: Spring Security would throw the
 * latter at the container.
 *
 * @param unauthenticated the answer to those that are not good
 */
record BearerTokenFailureHandler(AuthenticationEntryPoint unauthenticated)
        implements ObjectPostProcessor<BearerTokenAuthenticationFilter> {

    @Override
    public <O extends BearerTokenAuthenticationFilter> O postProcess(O filter) {
        filter.setAuthenticationFailureHandler((request, response, e) -> {
            if (e instanceof AuthenticationServiceException) {
                Problem.of(ErrorCode.AUTHENTICATION_UNAVAILABLE, "tokens cannot be checked now")
                        .write(response);
            } else {
                unauthenticated.commence(request, response, e);
            }
        });
        return filter;
    }
}
