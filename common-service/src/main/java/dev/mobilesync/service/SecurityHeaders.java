package dev.mobilesync.service;

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

    /**
     * Scripts and styles come from files of this server and from nowhere else, so there are none in the pages
     * themselves. Pictures may also come from a script (a preview, a QR code), and a page may open a socket to another
     * host or port, which is where socket-server is.
     */
    public static final String PAGES_POLICY = "default-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; "
            + "connect-src 'self' ws: wss:; object-src 'none'; base-uri 'none'; form-action 'self'; "
            + "frame-ancestors 'self'";

    /** For a server that has no pages. */
    public static final String DATA_POLICY = "default-src 'none'; frame-ancestors 'none'";

    /** The camera is for this server's own pages; what they never need is off. */
    public static final String PERMISSIONS = "camera=(self), screen-wake-lock=(self), microphone=(), geolocation=(), "
            + "display-capture=(), payment=(), usb=()";

    private SecurityHeaders() {}

    /**
     * For Spring Security's {@code headers}.
     *
     * @param contentSecurityPolicy {@link #PAGES_POLICY} or {@link #DATA_POLICY}
     */
    public static Customizer<HeadersConfigurer<HttpSecurity>> with(String contentSecurityPolicy) {
        return headers -> headers.contentSecurityPolicy(policy -> policy.policyDirectives(contentSecurityPolicy))
                .frameOptions(FrameOptionsConfig::sameOrigin)
                .referrerPolicy(policy -> policy.policy(ReferrerPolicy.NO_REFERRER))
                .permissionsPolicyHeader(policy -> policy.policy(PERMISSIONS));
    }
}
