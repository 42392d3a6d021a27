package dev.mobilesync.web.pages;

import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.http.HttpHeaders;

/**
 * The pages' {@code Content-Security-Policy}. Scripts and styles come from files of this server and from nowhere else, so
 * there are none in the pages themselves; pictures may also come from a script (a preview, a QR code).
 */
public final class ContentSecurityPolicy {

    /** What a policy can name: no IPv6 address, which only {@code 'self'} allows. */
    private static final Pattern HOST = Pattern.compile("(?<name>[A-Za-z0-9-]+(\\.[A-Za-z0-9-]+)*)(:\\d{1,5})?");

    private final PageProperties settings;
    private final String ancestors;

    /**
     * @param allowedOrigins whose pages may have these in a frame
     */
    ContentSecurityPolicy(PageProperties settings, List<String> allowedOrigins) {
        this.settings = settings;
        this.ancestors = String.join(" ", concat("'self'", allowedOrigins));
    }

    /** The header's value for a page that was requested like this. */
    public String of(HttpServletRequest request) {
        return of(Objects.requireNonNullElse(request.getHeader(HttpHeaders.HOST), ""));
    }

    String of(String host) {
        List<String> connect = concat("'self'", sockets(host));
        URI token = settings.tokenUrl();
        if (token != null && token.getHost() != null) {
            connect.add(origin(token));
        }
        return "default-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; connect-src "
                + String.join(" ", connect)
                + "; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors " + ancestors;
    }

    /** Where socket-server is. What is only a port or a path is at the host that the page itself has. */
    private List<String> sockets(String host) {
        String url = settings.socketUrl();
        if (url.startsWith("ws")) {
            return List.of(origin(URI.create(url)));
        }
        Matcher parts = HOST.matcher(host);
        if (!parts.matches()) {
            return List.of();
        }
        String place = url.startsWith(":") ? parts.group("name") + url.substring(0, url.indexOf('/')) : host;
        return List.of("ws://" + place, "wss://" + place);
    }

    private static String origin(URI address) {
        return address.getScheme() + "://" + address.getRawAuthority();
    }

    private static List<String> concat(String first, List<String> rest) {
        List<String> all = new ArrayList<>(List.of(first));
        all.addAll(rest);
        return all;
    }
}
