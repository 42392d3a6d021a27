package dev.mobilesync.socket;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.messages.MessageCodec;
import dev.mobilesync.service.SecurityHeaders;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.web.SecurityFilterChain;

/**
 * What HTTP is good for here: the handshake, health and, on their own port, metrics. Who a browser is says its CONNECT
 * frame, because a script cannot add a header to the handshake.
 */
@Configuration(proxyBeanMethods = false)
class HttpConfiguration {

    @Bean
    SecurityFilterChain httpSecurity(HttpSecurity http) {
        return http.authorizeHttpRequests(requests -> requests.dispatcherTypeMatchers(DispatcherType.ERROR)
                        .permitAll()
                        .requestMatchers(WebSocketConfiguration.PATH, "/livez", "/readyz", "/actuator/**")
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
                                problem(response, HttpStatus.UNAUTHORIZED, ErrorCode.UNAUTHENTICATED))
                        .accessDeniedHandler(
                                (request, response, e) -> problem(response, HttpStatus.FORBIDDEN, ErrorCode.FORBIDDEN)))
                .build();
    }

    static void problem(HttpServletResponse response, HttpStatus status, ErrorCode code) throws IOException {
        Map<String, Object> problem = new LinkedHashMap<>();
        problem.put("type", "about:blank");
        problem.put("title", status.getReasonPhrase());
        problem.put("status", status.value());
        problem.put("code", code.name());
        problem.put("retryable", code.retryable());
        response.setStatus(status.value());
        response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
        response.getOutputStream().write(MessageCodec.mapper().writeValueAsBytes(problem));
    }
}
