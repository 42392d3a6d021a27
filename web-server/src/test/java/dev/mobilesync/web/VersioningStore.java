package dev.mobilesync.web;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.mobilesync.web.store.CaptureStore;
import dev.mobilesync.web.store.CaptureVersions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * An S3 endpoint with versions, limited to the operations of {@link CaptureStore} and {@link CaptureVersions}. The
 * embedded store has no versions.
 */
public final class VersioningStore {

    private final HttpServer server;
    /** Versions by path; {@code null} for an erased one. */
    private final Map<String, List<@Nullable Version>> objects = new TreeMap<>();

    private boolean bucketMade;
    private boolean versioning;

    private record Version(Map<String, String> headers, byte[] content, Instant storedAt) {}

    private VersioningStore() {
        try {
            server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(Executors.newCachedThreadPool(work -> {
            Thread thread = new Thread(work, "versioning-store");
            thread.setDaemon(true);
            return thread;
        }));
        server.createContext("/", this::serve);
        server.start();
    }

    /** Starts a store that ends with this JVM. */
    public static VersioningStore start() {
        return new VersioningStore();
    }

    /** Properties {@code mobile-sync.store.*} of this store. It accepts any credentials. */
    public Map<String, String> properties() {
        return Map.of(
                "mobile-sync.store.endpoint",
                "http://127.0.0.1:" + server.getAddress().getPort(),
                "mobile-sync.store.access-key",
                "any-access-key",
                "mobile-sync.store.secret-key",
                "any-secret-key");
    }

    private synchronized void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            String path = exchange.getRequestURI().getPath();
            String query = String.valueOf(exchange.getRequestURI().getQuery());
            boolean bucket = path.indexOf('/', 1) < 0 || path.endsWith("/");
            boolean put = exchange.getRequestMethod().equals("PUT");
            if (bucket && query.startsWith("versioning")) {
                versioning |= put;
                answer(exchange, 200, Map.of("Content-Type", "application/xml"), versioningXml());
            } else if (bucket && bucketMade && query.contains("versions")) {
                answer(exchange, 200, Map.of("Content-Type", "application/xml"), listXml("Version", path, query));
            } else if (bucket && bucketMade && query.contains("list-type")) {
                answer(exchange, 200, Map.of("Content-Type", "application/xml"), listXml("Bucket", path, query));
            } else if (bucket) {
                bucketMade |= put;
                answer(exchange, bucketMade ? 200 : 404, Map.of(), new byte[0]);
            } else if (put) {
                put(exchange, path, body);
            } else if (exchange.getRequestMethod().equals("DELETE")) {
                objects.getOrDefault(path, new ArrayList<>()).set(version(query), null);
                answer(exchange, 204, Map.of(), new byte[0]);
            } else {
                get(exchange, path, query);
            }
        }
    }

    private static int version(String query) {
        return Integer.parseInt(query.substring("versionId=v".length()));
    }

    /** Lists all versions, or the latest of each object. */
    private byte[] listXml(String what, String path, String query) {
        String bucket = path.replace("/", "");
        String prefix = "";
        for (String parameter : query.split("&", -1)) {
            prefix = parameter.startsWith("prefix=") ? parameter.substring("prefix=".length()) : prefix;
        }
        boolean all = what.equals("Version");
        String list = all ? "ListVersionsResult" : "ListBucketResult";
        String element = all ? "Version" : "Contents";
        StringBuilder xml = new StringBuilder("<" + list + " xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"
                + "<Name>" + bucket + "</Name><IsTruncated>false</IsTruncated>");
        for (Map.Entry<String, List<@Nullable Version>> object : objects.entrySet()) {
            String key = object.getKey().substring(bucket.length() + 2);
            boolean first = true;
            for (int i = object.getValue().size() - 1; i >= 0 && key.startsWith(prefix); i--) {
                Version version = object.getValue().get(i);
                if (version != null && (all || first)) {
                    xml.append("<" + element + "><Key>" + key + "</Key>"
                            + (all ? "<VersionId>v" + i + "</VersionId><IsLatest>" + first + "</IsLatest>" : "")
                            + "<LastModified>" + version.storedAt.toString().replace("Z", ".000Z")
                            + "</LastModified><ETag>e</ETag><Size>1</Size>"
                            + "<StorageClass>STANDARD</StorageClass></" + element + ">");
                    first = false;
                }
            }
        }
        return xml.append("</" + list + ">").toString().getBytes(StandardCharsets.UTF_8);
    }

    private byte[] versioningXml() {
        return ("<VersioningConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"
                        + (versioning ? "<Status>Enabled</Status>" : "") + "</VersioningConfiguration>")
                .getBytes(StandardCharsets.UTF_8);
    }

    private void put(HttpExchange exchange, String path, byte[] body) throws IOException {
        Map<String, String> headers = new LinkedHashMap<>();
        exchange.getRequestHeaders().forEach((name, values) -> {
            String lower = name.toLowerCase(Locale.ROOT);
            if (lower.startsWith("x-amz-meta-") || lower.equals("content-type")) {
                headers.put(lower, values.get(0));
            }
        });
        List<@Nullable Version> versions = objects.computeIfAbsent(path, key -> new ArrayList<>());
        headers.put("etag", "\"e" + versions.size() + "\"");
        headers.put("last-modified", "Mon, 01 Jan 2024 09:00:00 GMT");
        if (versioning) {
            headers.put("x-amz-version-id", "v" + versions.size());
        }
        versions.add(new Version(headers, body, Instant.now().truncatedTo(ChronoUnit.SECONDS)));
        answer(exchange, 200, headers, new byte[0]);
    }

    private void get(HttpExchange exchange, String path, String query) throws IOException {
        List<@Nullable Version> versions = objects.getOrDefault(path, List.of());
        int latest = versions.size() - 1;
        while (latest >= 0 && versions.get(latest) == null) {
            latest--;
        }
        int requested = query.startsWith("versionId=v") ? version(query) : latest;
        Version version = requested < 0 || requested >= versions.size() ? null : versions.get(requested);
        if (version == null) {
            answer(
                    exchange,
                    404,
                    Map.of("Content-Type", "application/xml"),
                    "<Error><Code>NoSuchKey</Code></Error>".getBytes(StandardCharsets.UTF_8));
        } else {
            answer(exchange, 200, version.headers, version.content);
        }
    }

    private static void answer(HttpExchange exchange, int status, Map<String, String> headers, byte[] body)
            throws IOException {
        headers.forEach(exchange.getResponseHeaders()::set);
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseHeaders().set("Content-Length", Integer.toString(body.length));
            exchange.sendResponseHeaders(status, -1);
        } else {
            exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        }
    }
}
