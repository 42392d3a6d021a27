package dev.mobilesync.socket.http;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.service.http.Problem;
import dev.mobilesync.service.http.SecurityHeaders;
import org.springframework.boot.security.autoconfigure.actuate.web.servlet.EndpointRequest;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.web.SecurityFilterChain;

/**
 * Permits the handshake, health and, on a separate port, metrics; rejects everything else and bodies. The token comes in the
 * CONNECT frame, because a script cannot add a header to the handshake.
 */
@Configuration(proxyBeanMethods = false)
class SecurityConfiguration {

    @Bean
    FilterRegistrationBean<BodyRejectionFilter> bodyRejectionFilter() {
        FilterRegistrationBean<BodyRejectionFilter> filter = new FilterRegistrationBean<>(new BodyRejectionFilter());
        filter.setOrder(Ordered.HIGHEST_PRECEDENCE);
        return filter;
    }

    @Bean
    SecurityFilterChain securityFilterChain(HttpSecurity http) {
        return http.authorizeHttpRequests(
                        requests -> requests.requestMatchers(WebSocketConfiguration.PATH, "/livez", "/readyz")
                                .permitAll()
                                .requestMatchers(EndpointRequest.toAnyEndpoint(), EndpointRequest.toLinks())
                                .permitAll()
                                .anyRequest()
                                .denyAll())
                .headers(SecurityHeaders.with(SecurityHeaders.DATA_POLICY))
                .csrf(AbstractHttpConfigurer::disable)
                .formLogin(AbstractHttpConfigurer::disable)
                .httpBasic(AbstractHttpConfigurer::disable)
                .logout(AbstractHttpConfigurer::disable)
                .requestCache(AbstractHttpConfigurer::disable)
                .sessionManagement(sessions -> sessions.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                .exceptionHandling(exceptions -> exceptions
                        .authenticationEntryPoint((request, response, e) ->
                                Problem.of(ErrorCode.UNAUTHENTICATED, null).send(response))
                        .accessDeniedHandler((request, response, e) ->
                                Problem.of(ErrorCode.FORBIDDEN, null).send(response)))
                .build();
    }
}
