package dev.mobilesync.socket.http;

import dev.mobilesync.socket.SocketServerProperties;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.util.UriComponents;
import org.springframework.web.util.UriComponentsBuilder;

/** Decides which origins' scripts may open a WebSocket: this server's own and the configured ones. */
@Component
final class OriginPolicy {

    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;

    private final CorsConfiguration allowed = new CorsConfiguration();

    OriginPolicy(SocketServerProperties properties) {
        allowed.setAllowedOrigins(properties.allowedOrigins());
    }

    /**
     * @param origin {@code null} if the client is no browser
     * @param ownOrigin the origin of this server as the client sees it
     */
    boolean allows(@Nullable String origin, String ownOrigin) {
        if (origin == null) {
            return true;
        }
        String normalized = normalize(origin);
        return normalized != null && (normalized.equals(normalize(ownOrigin)) || allowed.checkOrigin(origin) != null);
    }

    /** Adds the default port; {@code null} if the origin cannot be parsed. */
    private static @Nullable String normalize(String origin) {
        try {
            UriComponents uri = UriComponentsBuilder.fromUriString(origin).build();
            String scheme = String.valueOf(uri.getScheme());
            int port = uri.getPort() >= 0 ? uri.getPort() : scheme.equals("https") ? HTTPS_PORT : HTTP_PORT;
            return scheme + "://" + uri.getHost() + ':' + port;
        } catch (IllegalArgumentException | IllegalStateException e) {
            return null;
        }
    }
}
