package dev.mobilesync.socket.http;

import dev.mobilesync.service.http.SecurityHeaders;
import io.netty.handler.codec.http.HttpHeaders;

/** The headers that {@link SecurityHeaders} adds to web-server's responses. */
final class SecurityResponseHeaders {

    private SecurityResponseHeaders() {}

    /**
     * @param secure whether the client used TLS, to this server or to a trusted proxy
     */
    static void addTo(HttpHeaders headers, boolean secure) {
        headers.set("Content-Security-Policy", SecurityHeaders.DATA_POLICY)
                .set("X-Content-Type-Options", "nosniff")
                .set("X-Frame-Options", "SAMEORIGIN")
                .set("Referrer-Policy", "no-referrer")
                .set("Permissions-Policy", SecurityHeaders.PERMISSIONS);
        if (secure) {
            headers.set("Strict-Transport-Security", "max-age=31536000 ; includeSubDomains");
        }
    }
}
