package dev.mobilesync.browser;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** An exam platform at a separate origin. It issues tokens to signed-in examinees and serves pages. */
final class ExamPlatform implements AutoCloseable {

    private static final String HTML = "text/html; charset=utf-8";

    private final HttpServer server;
    private final HttpClient http = HttpClient.newHttpClient();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Map<String, String> pages = new ConcurrentHashMap<>();
    private final AtomicInteger tokenRequests = new AtomicInteger();
    private volatile @Nullable String token;
    private volatile int failure;
    private volatile boolean needsCookie;

    ExamPlatform() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/token", this::token);
        server.createContext("/", this::page);
        server.start();
    }

    String address(String path) {
        return "http://localhost:" + server.getAddress().getPort() + path;
    }

    /** Sets the token to issue; {@code null} if no one is signed in. */
    void setToken(@Nullable String next) {
        token = next;
    }

    /** Sets the status of all responses to token requests; 0 for none. */
    void failWith(int status) {
        failure = status;
    }

    /** Whether a token requires the cookie of {@code /sign-in}, which browsers do not send to other sites. */
    void requireCookie(boolean required) {
        needsCookie = required;
    }

    /** The number of token requests. */
    int tokenRequests() {
        return tokenRequests.get();
    }

    /** Serves a page; all other paths return their address. */
    void page(String path, String html) {
        pages.put(path, html);
    }

    /** Serves the pages of mobile-sync at this origin, without the headers that forbid other pages to embed them. */
    void mirror(URI web) {
        server.removeContext("/");
        server.createContext("/", exchange -> {
            HttpRequest request = HttpRequest.newBuilder(web.resolve(exchange.getRequestURI()))
                    .build();
            try {
                HttpResponse<byte[]> response = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
                String type = response.headers().firstValue("Content-Type").orElse(HTML);
                answer(exchange, response.statusCode(), type, response.body());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private void token(HttpExchange exchange) throws IOException {
        tokenRequests.incrementAndGet();
        String origin = exchange.getRequestHeaders().getFirst("Origin");
        if (origin != null) {
            exchange.getResponseHeaders().set("Access-Control-Allow-Origin", origin);
            exchange.getResponseHeaders().set("Access-Control-Allow-Credentials", "true");
        }
        String given = token;
        String cookies = exchange.getRequestHeaders().getFirst("Cookie");
        if (failure != 0) {
            answer(exchange, failure, "application/json", "{}");
        } else if (given == null || needsCookie && (cookies == null || !cookies.contains("session="))) {
            answer(exchange, 401, "application/json", "{}");
        } else {
            answer(exchange, 200, "application/json", "{\"token\": \"" + given + "\"}");
        }
    }

    private void page(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        if (path.equals("/sign-in")) {
            exchange.getResponseHeaders().set("Set-Cookie", "session=1; Path=/; SameSite=Lax");
        }
        answer(
                exchange,
                200,
                HTML,
                pages.getOrDefault(path, "<title>exam</title><p>" + exchange.getRequestURI() + "</p>"));
    }

    private static void answer(HttpExchange exchange, int status, String type, String body) throws IOException {
        answer(exchange, status, type, body.getBytes(StandardCharsets.UTF_8));
    }

    private static void answer(HttpExchange exchange, int status, String type, byte[] bytes) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
