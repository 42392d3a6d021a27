package dev.mobilesync.service.http;

import jakarta.servlet.http.HttpServletRequest;
import java.util.function.Function;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.HeadersConfigurer;
import org.springframework.security.config.annotation.web.configurers.HeadersConfigurer.FrameOptionsConfig;
import org.springframework.security.web.header.writers.ReferrerPolicyHeaderWriter.ReferrerPolicy;

/**
 * What every answer tells a browser not to do. {@code Strict-Transport-Security} goes out over TLS alone, be it this
 * server's own or a trusted proxy's.
 */
public final class SecurityHeaders {

    /** The content security policy of a server that has no pages. */
    public static final String DATA_POLICY = "default-src 'none'; frame-ancestors 'none'";

    /** The camera is for this server's own pages; what they never need is off. */
    public static final String PERMISSIONS = "camera=(self), screen-wake-lock=(self), microphone=(), geolocation=(), "
            + "display-capture=(), payment=(), usb=()";

    private SecurityHeaders() {}

    /**
     * For Spring Security's {@code headers}.
     *
     * @param contentSecurityPolicy {@link #DATA_POLICY}, or one for pages; its {@code frame-ancestors} is what counts where
     *     {@code X-Frame-Options} says otherwise
     */
    public static Customizer<HeadersConfigurer<HttpSecurity>> with(String contentSecurityPolicy) {
        return with(request -> contentSecurityPolicy);
    }

    /** The same, with a policy that depends on the request. */
    public static Customizer<HeadersConfigurer<HttpSecurity>> with(
            Function<HttpServletRequest, String> contentSecurityPolicy) {
        return headers -> headers.addHeaderWriter((request, response) ->
                        response.setHeader("Content-Security-Policy", contentSecurityPolicy.apply(request)))
                .frameOptions(FrameOptionsConfig::sameOrigin)
                .referrerPolicy(policy -> policy.policy(ReferrerPolicy.NO_REFERRER))
                .permissionsPolicyHeader(policy -> policy.policy(PERMISSIONS));
    }
}
