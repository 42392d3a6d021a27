package dev.mobilesync.web.security;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.service.http.Problem;
import org.springframework.security.authentication.AuthenticationServiceException;
import org.springframework.security.config.ObjectPostProcessor;
import org.springframework.security.oauth2.server.resource.web.authentication.BearerTokenAuthenticationFilter;
import org.springframework.security.web.AuthenticationEntryPoint;

/**
 * Responds to requests whose token is invalid or cannot be checked. Spring Security's default handler rethrows the exception
 * if the issuer is unavailable, and the container would answer 500.
 *
 * @param entryPoint responds to requests with an invalid token
 */
record BearerTokenFailureHandler(AuthenticationEntryPoint entryPoint)
        implements ObjectPostProcessor<BearerTokenAuthenticationFilter> {

    @Override
    public <O extends BearerTokenAuthenticationFilter> O postProcess(O filter) {
        filter.setAuthenticationFailureHandler((request, response, e) -> {
            if (e instanceof AuthenticationServiceException) {
                Problem.of(ErrorCode.AUTHENTICATION_UNAVAILABLE, "tokens cannot be checked at the moment")
                        .send(response);
            } else {
                entryPoint.commence(request, response, e);
            }
        });
        return filter;
    }
}
