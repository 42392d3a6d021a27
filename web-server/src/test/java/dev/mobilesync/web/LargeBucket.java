package dev.mobilesync.web;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An S3 endpoint that lists a bucket of several pages. Its objects are no pictures. It answers no other request. */
public final class LargeBucket implements AutoCloseable {

    private static final int PAGES = 4;
    private static final int PAGE_SIZE = 1_000;
    private static final Pattern MARKER = Pattern.compile("key-marker=object-(\\d+)");

    private final HttpServer server;
    private final Runnable beforePage;

    /**
     * Starts the endpoint.
     *
     * @param beforePage runs before each page is answered
     */
    public LargeBucket(Runnable beforePage) {
        this.beforePage = beforePage;
        try {
            server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/", this::list);
        server.start();
    }

    /** Properties {@code mobile-sync.store.*} of this store. */
    public Map<String, String> properties() {
        return Map.of(
                "mobile-sync.store.endpoint",
                "http://127.0.0.1:" + server.getAddress().getPort(),
                "mobile-sync.store.access-key",
                "any-access-key",
                "mobile-sync.store.secret-key",
                "any-secret-key");
    }

    private void list(HttpExchange exchange) throws IOException {
        try (exchange) {
            beforePage.run();
            Matcher marker =
                    MARKER.matcher(String.valueOf(exchange.getRequestURI().getQuery()));
            int first = marker.find() ? Integer.parseInt(marker.group(1)) + 1 : 0;
            byte[] page = page(first).getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/xml");
            exchange.sendResponseHeaders(200, page.length);
            exchange.getResponseBody().write(page);
        }
    }

    private static String page(int first) {
        int last = first + PAGE_SIZE - 1;
        StringBuilder xml = new StringBuilder(
                "<ListVersionsResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Name>captures</Name><IsTruncated>"
                        + (last + 1 < PAGES * PAGE_SIZE) + "</IsTruncated><NextKeyMarker>object-" + last
                        + "</NextKeyMarker><NextVersionIdMarker>v</NextVersionIdMarker>");
        for (int i = first; i <= last; i++) {
            xml.append("<Version><Key>object-" + i + "</Key><VersionId>v</VersionId><IsLatest>true</IsLatest>"
                    + "<LastModified>2024-01-01T09:00:00.000Z</LastModified><ETag>e</ETag><Size>1</Size>"
                    + "<StorageClass>STANDARD</StorageClass></Version>");
        }
        return xml.append("</ListVersionsResult>").toString();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
