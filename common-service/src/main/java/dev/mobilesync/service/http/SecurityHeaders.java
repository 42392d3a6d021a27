package dev.mobilesync.service.http;

import jakarta.servlet.http.HttpServletRequest;
import java.util.function.Function;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.HeadersConfigurer;
import org.springframework.security.config.annotation.web.configurers.HeadersConfigurer.FrameOptionsConfig;
import org.springframework.security.web.header.writers.ReferrerPolicyHeaderWriter.ReferrerPolicy;

/**
 * Security headers of web-server's responses. socket-server sends the same ones; state-manager, which has no public port, sends
 * Spring Security's defaults. {@code Strict-Transport-Security} is sent over TLS only, whether this server or a trusted
 * proxy terminates it.
 */
public final class SecurityHeaders {

    /** The content security policy of responses that are not pages. */
    public static final String DATA_POLICY = "default-src 'none'; frame-ancestors 'none'";

    /** Allows the camera to this server's pages and disables unused features. */
    public static final String PERMISSIONS = "camera=(self), screen-wake-lock=(self), microphone=(), geolocation=(), "
            + "display-capture=(), payment=(), usb=()";

    private SecurityHeaders() {}

    /**
     * Returns the customizer of Spring Security's {@code headers}.
     *
     * @param contentSecurityPolicy {@link #DATA_POLICY} or a page's policy; its {@code frame-ancestors} takes precedence
     *     over {@code X-Frame-Options}
     */
    public static Customizer<HeadersConfigurer<HttpSecurity>> with(String contentSecurityPolicy) {
        return with(request -> contentSecurityPolicy);
    }

    /** Returns the customizer with a policy that depends on the request. */
    public static Customizer<HeadersConfigurer<HttpSecurity>> with(
            Function<HttpServletRequest, String> contentSecurityPolicy) {
        return headers -> headers.addHeaderWriter((request, response) ->
                        response.setHeader("Content-Security-Policy", contentSecurityPolicy.apply(request)))
                .frameOptions(FrameOptionsConfig::sameOrigin)
                .referrerPolicy(policy -> policy.policy(ReferrerPolicy.NO_REFERRER))
                .permissionsPolicyHeader(policy -> policy.policy(PERMISSIONS));
    }
}
