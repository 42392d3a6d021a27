package dev.mobilesync.state;

import dev.mobilesync.service.ServiceConfiguration;
import dev.mobilesync.service.lifecycle.SchedulingConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.security.autoconfigure.actuate.web.servlet.EndpointRequest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.web.SecurityFilterChain;

@Configuration(proxyBeanMethods = false)
@Import({ServiceConfiguration.class, SchedulingConfiguration.class})
@EnableConfigurationProperties(StateManagerProperties.class)
class StateManagerConfiguration {

    /** Permits health and metrics only. */
    @Bean
    SecurityFilterChain actuatorOnly(HttpSecurity http) {
        return http.authorizeHttpRequests(
                        requests -> requests.requestMatchers(EndpointRequest.to("health", "prometheus"))
                                .permitAll()
                                .anyRequest()
                                .denyAll())
                .csrf(AbstractHttpConfigurer::disable)
                .sessionManagement(sessions -> sessions.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                .build();
    }
}
