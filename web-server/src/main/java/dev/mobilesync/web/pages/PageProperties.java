package dev.mobilesync.web.pages;

import java.net.URI;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Properties of the pages, {@code mobile-sync.pages.*}. They are public.
 *
 * @param socketUrl socket-server's URL for browsers: {@code wss://host/ws}, or only what differs from the page's own URL,
 *     {@code :8081/ws} or {@code /ws}
 * @param tokenUrl where a page requests a token, and a new one when it expires. The request carries the browser's cookies,
 *     the response is {@code {"token": "…"}}
 * @param completedUrl where the examinee's browser goes after the step; {@code {planId}} and {@code {examineeId}} are
 *     replaced
 * @param fragmentTokens whether a page accepts a token in its URL's fragment ({@code #token=…}), for demonstrations
 */
@ConfigurationProperties("mobile-sync.pages")
record PageProperties(
        @DefaultValue(":8081/ws") String socketUrl,
        @Nullable URI tokenUrl,
        @Nullable String completedUrl,
        @DefaultValue("false") boolean fragmentTokens) {

    PageProperties {
        require(
                socketUrl.matches("(wss?://[^/?#\\s]+)?(:\\d{1,5})?/[^?#\\s]*"),
                "mobile-sync.pages.socket-url",
                "must be an address such as wss://exam.example.com/ws, :8081/ws or /ws");
        require(
                tokenUrl == null || isHttp(tokenUrl) || tokenUrl.toString().startsWith("/"),
                "mobile-sync.pages.token-url",
                "must be an address such as https://exam.example.com/token or /token");
        require(
                completedUrl == null || completedUrl.matches("(https?://[^/?#\\s{}]+)?/[^\\s]*"),
                "mobile-sync.pages.completed-url",
                "must be an address such as https://exam.example.com/plans/{planId}/next or /next");
    }

    private static boolean isHttp(URI uri) {
        return uri.getHost() != null && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()));
    }

    private static void require(boolean condition, String key, String rule) {
        if (!condition) {
            throw new IllegalArgumentException(
                    key + " (" + key.toUpperCase(Locale.ROOT).replaceAll("[.-]", "_") + ") " + rule);
        }
    }
}
