package dev.mobilesync.web.pages;

import dev.mobilesync.web.common.WebServerProperties;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.springframework.http.HttpHeaders;

/**
 * The pages' {@code Content-Security-Policy}. Scripts and styles come from this server's files only, none are inline.
 * Images may also come from scripts (a preview, a QR code).
 */
public final class ContentSecurityPolicy {

    /** Hosts that a policy can contain. It cannot contain IPv6 addresses, which {@code 'self'} covers. */
    private static final Pattern HOST = Pattern.compile("(?<name>[A-Za-z0-9-]+(\\.[A-Za-z0-9-]+)*)(:\\d{1,5})?");

    private final WebServerProperties.Pages properties;
    private final List<String> allowedOrigins;

    /**
     * @param allowedOrigins origins whose pages may embed these pages in a frame
     */
    ContentSecurityPolicy(WebServerProperties.Pages properties, List<String> allowedOrigins) {
        this.properties = properties;
        this.allowedOrigins = allowedOrigins;
    }

    /** Returns the header's value for a page that the request asks for. */
    public String of(HttpServletRequest request) {
        return of(Objects.requireNonNullElse(request.getHeader(HttpHeaders.HOST), ""));
    }

    String of(String host) {
        List<String> connect = new ArrayList<>(sockets(host));
        URI token = properties.tokenUrl();
        if (token != null && token.getHost() != null) {
            connect.add(origin(token));
        }
        return "default-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; connect-src "
                + selfAnd(connect)
                + "; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors "
                + selfAnd(allowedOrigins);
    }

    private static String selfAnd(List<String> sources) {
        return sources.stream().map(" "::concat).collect(Collectors.joining("", "'self'", ""));
    }

    /** Returns socket-server's origins. A URL that is only a port or a path refers to the page's own host. */
    private List<String> sockets(String host) {
        String url = properties.socketUrl();
        if (url.startsWith("ws")) {
            return List.of(origin(URI.create(url)));
        }
        Matcher parts = HOST.matcher(host);
        if (!parts.matches()) {
            return List.of();
        }
        String authority = url.startsWith(":") ? parts.group("name") + url.substring(0, url.indexOf('/')) : host;
        return List.of("ws://" + authority, "wss://" + authority);
    }

    private static String origin(URI address) {
        return address.getScheme() + "://" + address.getRawAuthority();
    }
}
