package dev.mobilesync.testsupport.api;

import com.sun.net.httpserver.HttpServer;
import dev.mobilesync.testsupport.TestPorts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Locale;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;

/**
 * An HTTP proxy of web-server for clients outside this JVM, such as a page or an example. It compares their exchanges with
 * {@code openapi.yaml}.
 */
public final class HttpContractProxy implements AutoCloseable {

    /** Headers that concern one connection only. The proxy does not forward them. */
    private static final Set<String> CONNECTION_HEADERS =
            Set.of("connection", "content-length", "expect", "host", "keep-alive", "transfer-encoding", "upgrade");

    private final Queue<HttpExchange> exchanges = new ConcurrentLinkedQueue<>();
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final URI target;
    private final HttpServer server;

    /** @param port the proxy's, such as a {@linkplain TestPorts#freePort() free} one */
    public HttpContractProxy(int port, URI target) {
        this.target = target;
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::forward);
        server.start();
    }

    public static HttpContractProxy of(URI target) {
        return new HttpContractProxy(TestPorts.freePort(), target);
    }

    public URI uri() {
        return URI.create("http://localhost:" + server.getAddress().getPort());
    }

    /**
     * Checks all exchanges until now.
     *
     * @return their operations, such as {@code get /api/v1/plans/{planId}/roster}
     * @throws AssertionError if one is not as documented
     */
    public Set<String> check() {
        exchanges.forEach(HttpContract::check);
        OpenApiPaths paths = OpenApiPaths.documented();
        return exchanges.stream()
                .map(exchange -> paths.find(exchange.method(), exchange.path()))
                .filter(Objects::nonNull)
                .map(operation -> operation.method() + " " + operation.path())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private void forward(com.sun.net.httpserver.HttpExchange incoming) throws IOException {
        try (incoming) {
            HttpRequest request = request(incoming);
            HttpResponse<byte[]> response = client.send(request, BodyHandlers.ofByteArray());
            exchanges.add(HttpExchange.of(request, response));
            response.headers().map().forEach((name, values) -> {
                if (!isOfConnection(name)) {
                    incoming.getResponseHeaders().put(name, values);
                }
            });
            byte[] body = response.body();
            incoming.sendResponseHeaders(response.statusCode(), body.length == 0 ? -1 : body.length);
            if (body.length > 0) {
                incoming.getResponseBody().write(body);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private HttpRequest request(com.sun.net.httpserver.HttpExchange incoming) throws IOException {
        byte[] body = incoming.getRequestBody().readAllBytes();
        HttpRequest.Builder request = HttpRequest.newBuilder(target.resolve(incoming.getRequestURI()))
                .method(
                        incoming.getRequestMethod(),
                        body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
        incoming.getRequestHeaders().forEach((name, values) -> {
            if (!isOfConnection(name)) {
                values.forEach(value -> request.header(name, value));
            }
        });
        return request.build();
    }

    private static boolean isOfConnection(String header) {
        return CONNECTION_HEADERS.contains(header.toLowerCase(Locale.ROOT));
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
