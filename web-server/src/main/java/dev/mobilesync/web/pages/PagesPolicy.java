package dev.mobilesync.web.pages;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/**
 * The pages' {@code Content-Security-Policy}. Scripts and styles come from files of this server and from nowhere else, so
 * there are none in the pages themselves; pictures may also come from a script (a preview, a QR code).
 *
 * @param value the header's
 */
public record PagesPolicy(String value) {

    /**
     * @param allowedOrigins whose pages may have these in a frame
     */
    static PagesPolicy of(PageSettings settings, List<String> allowedOrigins) {
        List<String> connect = new ArrayList<>(List.of("'self'"));
        boolean complete = settings.socketUrl().startsWith("ws");
        // What is only a port or a path is at the host that the page itself has, whatever it is called.
        connect.addAll(complete ? List.of(origin(URI.create(settings.socketUrl()))) : List.of("ws:", "wss:"));
        URI token = settings.tokenUrl();
        if (token != null && token.getHost() != null) {
            connect.add(origin(token));
        }
        List<String> ancestors = new ArrayList<>(List.of("'self'"));
        ancestors.addAll(allowedOrigins);
        return new PagesPolicy("default-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; connect-src "
                + String.join(" ", connect)
                + "; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors "
                + String.join(" ", ancestors));
    }

    private static String origin(URI address) {
        return address.getScheme() + "://" + address.getRawAuthority();
    }
}
