package dev.mobilesync.web.security;

import static org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher.pathPattern;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.service.http.ApiDocsResources;
import dev.mobilesync.service.http.Problem;
import dev.mobilesync.service.http.SecurityHeaders;
import dev.mobilesync.service.ratelimit.RateLimiter;
import dev.mobilesync.service.security.CallerAuthentication;
import dev.mobilesync.service.security.TokenRejection;
import dev.mobilesync.web.capture.CaptureHeaders;
import dev.mobilesync.web.common.WebServerProperties;
import dev.mobilesync.web.http.IdempotencyKey;
import dev.mobilesync.web.pages.ContentSecurityPolicy;
import dev.mobilesync.web.pairing.PairingController;
import dev.mobilesync.web.ratelimit.RateLimitFilter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.security.autoconfigure.actuate.web.servlet.EndpointRequest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.http.server.ServletServerHttpResponse;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.server.resource.web.BearerTokenResolver;
import org.springframework.security.oauth2.server.resource.web.DefaultBearerTokenResolver;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.AccessDeniedHandler;
import org.springframework.security.web.authentication.AnonymousAuthenticationFilter;
import org.springframework.security.web.header.HeaderWriterFilter;
import org.springframework.security.web.util.matcher.OrRequestMatcher;
import org.springframework.security.web.util.matcher.RequestMatcher;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.DefaultCorsProcessor;
import org.springframework.web.cors.UrlBasedCorsConfigurationSource;
import org.springframework.web.filter.CorsFilter;

/** Decides which requests need a token. Each controller checks which examinees its caller may access. */
@Configuration(proxyBeanMethods = false)
class SecurityConfiguration {

    /** The pages and the API's documents, which contain no personal data. Served with any token or none. */
    private static final String[] PAGES = {
        "/capture", "/exam/mobile-sync", "/proctor", "/pages/**", "/webjars/**", ApiDocsResources.PATTERN
    };

    private static final RequestMatcher REDEEM = pathPattern(HttpMethod.POST, PairingController.REDEEM);
    private static final RequestMatcher METADATA = pathPattern("/.well-known/**");
    private static final BearerTokenResolver TOKENS = new DefaultBearerTokenResolver();
    private static final Duration CORS_MAX_AGE = Duration.ofHours(1);

    @Bean
    SecurityFilterChain securityFilterChain(
            HttpSecurity http,
            WebServerProperties properties,
            ContentSecurityPolicy contentSecurityPolicy,
            RateLimiter rateLimiter,
            MeterRegistry meters)
            throws Exception {
        RequestMatcher operators = new OrRequestMatcher(
                EndpointRequest.toAnyEndpoint(),
                EndpointRequest.toLinks(),
                pathPattern("/livez"),
                pathPattern("/readyz"));
        RequestMatcher pages = new OrRequestMatcher(Arrays.stream(PAGES)
                .<RequestMatcher>mapMulti((path, matchers) -> {
                    matchers.accept(pathPattern(HttpMethod.GET, path));
                    matchers.accept(pathPattern(HttpMethod.HEAD, path));
                })
                .toList());
        RateLimitFilter rateLimitFilter = new RateLimitFilter(properties.limits(), rateLimiter, operators, meters);
        AuthenticationEntryPoint entryPoint = (request, response, e) -> {
            if (rateLimitFilter.rejectsUnauthenticated(request, response)) {
                return;
            }
            if (e instanceof OAuth2AuthenticationException) {
                TokenRejection rejection = TokenRejection.of(e);
                response.setHeader(HttpHeaders.WWW_AUTHENTICATE, "Bearer error=\"invalid_token\"");
                Problem.of(ErrorCode.UNAUTHENTICATED, rejection.detail())
                        .withReason(rejection.reason().name())
                        .send(response);
            } else {
                response.setHeader(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
                Problem.of(ErrorCode.UNAUTHENTICATED, "a token is required").send(response);
            }
        };
        AccessDeniedHandler accessDeniedHandler =
                (request, response, e) -> Problem.of(ErrorCode.FORBIDDEN, null).send(response);
        if (!properties.allowedOrigins().isEmpty()) {
            http.addFilter(corsFilter(properties.allowedOrigins()));
        }
        return http.authorizeHttpRequests(requests -> requests.requestMatchers(operators)
                        .permitAll()
                        .requestMatchers(REDEEM)
                        .permitAll()
                        .requestMatchers(pages)
                        .permitAll()
                        .anyRequest()
                        .authenticated())
                .oauth2ResourceServer(tokens -> tokens.withObjectPostProcessor(
                                new BearerTokenFailureHandler(entryPoint))
                        .bearerTokenResolver(request ->
                                operators.matches(request) || pages.matches(request) ? null : resolveToken(request))
                        .jwt(jwt -> jwt.jwtAuthenticationConverter(CallerAuthentication.converter()))
                        .authenticationEntryPoint(entryPoint)
                        .accessDeniedHandler(accessDeniedHandler))
                .exceptionHandling(
                        errors -> errors.authenticationEntryPoint(entryPoint).accessDeniedHandler(accessDeniedHandler))
                .addFilterAfter(rateLimitFilter, AnonymousAuthenticationFilter.class)
                .addFilterAfter(SecurityConfiguration::rejectMetadata, HeaderWriterFilter.class)
                .headers(SecurityHeaders.with(contentSecurityPolicy::of))
                .sessionManagement(sessions -> sessions.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                .csrf(AbstractHttpConfigurer::disable)
                .cors(AbstractHttpConfigurer::disable)
                .formLogin(AbstractHttpConfigurer::disable)
                .httpBasic(AbstractHttpConfigurer::disable)
                .logout(AbstractHttpConfigurer::disable)
                .requestCache(AbstractHttpConfigurer::disable)
                .anonymous(anonymous -> {})
                .build();
    }

    /** Ignores the token of a request that redeems a code: a phone that pairs again may still send its expired one. */
    private static @Nullable String resolveToken(HttpServletRequest request) {
        return REDEEM.matches(request) ? null : TOKENS.resolve(request);
    }

    /** Hides Spring Security's resource metadata, which is public, wrong here, and cannot be switched off. */
    private static void rejectMetadata(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (METADATA.matches((HttpServletRequest) request)) {
            Problem.of(ErrorCode.NOT_FOUND, null).send((HttpServletResponse) response);
        } else {
            chain.doFilter(request, response);
        }
    }

    private static CorsFilter corsFilter(List<String> allowedOrigins) {
        CorsConfiguration configuration = new CorsConfiguration();
        configuration.setAllowedOrigins(allowedOrigins);
        configuration.setAllowedMethods(List.of("GET", "POST", "PUT"));
        configuration.setAllowedHeaders(List.of(
                HttpHeaders.AUTHORIZATION,
                HttpHeaders.CONTENT_TYPE,
                IdempotencyKey.HEADER,
                CaptureHeaders.CONTENT_DIGEST,
                "traceparent",
                "tracestate"));
        configuration.setExposedHeaders(List.of(HttpHeaders.LOCATION, HttpHeaders.RETRY_AFTER, HttpHeaders.DATE));
        configuration.setMaxAge(CORS_MAX_AGE);
        UrlBasedCorsConfigurationSource source = new UrlBasedCorsConfigurationSource();
        source.registerCorsConfiguration("/**", configuration);
        CorsFilter filter = new CorsFilter(source);
        filter.setCorsProcessor(new ProblemCorsProcessor());
        return filter;
    }

    /** Rejects with problem JSON instead of plain text. */
    private static final class ProblemCorsProcessor extends DefaultCorsProcessor {

        @Override
        protected void rejectRequest(ServerHttpResponse response) throws IOException {
            if (response instanceof ServletServerHttpResponse servlet) {
                Problem.of(ErrorCode.FORBIDDEN, "this origin is not allowed").send(servlet.getServletResponse());
            }
        }
    }
}
