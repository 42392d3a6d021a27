package dev.mobilesync.state;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.service.ServiceConfiguration;
import dev.mobilesync.service.http.Problem;
import dev.mobilesync.service.lifecycle.SchedulingConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.security.autoconfigure.actuate.web.servlet.EndpointRequest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.http.HttpMethod;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.web.SecurityFilterChain;

@Configuration(proxyBeanMethods = false)
@Import({ServiceConfiguration.class, SchedulingConfiguration.class})
@EnableConfigurationProperties(StateManagerProperties.class)
class StateManagerConfiguration {

    /** Permits health, metrics and the page of errors only. */
    @Bean
    SecurityFilterChain securityFilterChain(HttpSecurity http) {
        return http.authorizeHttpRequests(
                        requests -> requests.requestMatchers(EndpointRequest.to("health", "prometheus"))
                                .permitAll()
                                .requestMatchers(HttpMethod.GET, Problem.ERRORS_PAGE)
                                .permitAll()
                                .anyRequest()
                                .denyAll())
                .exceptionHandling(errors -> errors.authenticationEntryPoint((request, response, e) ->
                        Problem.of(ErrorCode.FORBIDDEN, null).send(response)))
                .csrf(AbstractHttpConfigurer::disable)
                .sessionManagement(sessions -> sessions.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                .build();
    }
}
