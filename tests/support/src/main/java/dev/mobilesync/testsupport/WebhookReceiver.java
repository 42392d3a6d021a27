package dev.mobilesync.testsupport;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A receiver of webhooks in Node, which checks each request with the npm library of the Standard Webhooks specification. A
 * request that the library rejects is answered 401.
 */
public final class WebhookReceiver implements AutoCloseable {

    /** {@code whsec_} and 32 bytes in Base64. */
    public static final String SECRET = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

    private static final JsonMapper MAPPER = new JsonMapper();

    private final int port = TestPorts.freePort();
    private final HttpClient client = HttpClient.newHttpClient();
    private final ChildProcess process;

    /**
     * A received request.
     *
     * @param valid whether the library has accepted the signature
     * @param status of the response; 0 if there was none
     */
    public record Received(String id, long timestamp, int signatures, boolean valid, int status, JsonNode body) {

        public String examinee() {
            return body.at("/data/examineeId").asString();
        }

        public long revision() {
            return body.path("revision").asLong();
        }

        public boolean isConfirmed() {
            return status >= 200 && status < 300;
        }
    }

    /** Starts the receiver with {@link #SECRET}. */
    public WebhookReceiver() {
        Path programs = new NodePackage("tests/support", "webhook-receiver").install();
        process = ChildProcess.start(
                        programs,
                        programs.resolve("receiver-" + port + ".out"),
                        Map.of(),
                        List.of("node", "receiver.mjs", Integer.toString(port)))
                .awaitOutput("listening");
        useSecret(SECRET);
    }

    /** The address of an endpoint; each name is an endpoint of its own. */
    public String url(String name) {
        return "http://127.0.0.1:" + port + "/hooks/" + name;
    }

    /** Checks the following requests with another secret. */
    public void useSecret(String secret) {
        send("PUT", "/admin/secret", secret);
    }

    /**
     * Sets the answers of an endpoint; without one that applies, it answers 204. Ends the answers that were held.
     *
     * @param answers a JSON list of {@code {status, times?, examinee?, retryAfter?, hang?, drip?, hold?}}
     */
    public void answer(String name, String answers) {
        send("PUT", "/admin/answers?name=" + name, answers);
    }

    /** All requests to an endpoint so far, in the order of their arrival. */
    public List<Received> received(String name) {
        return MAPPER.readTree(send("GET", "/admin/received?name=" + name, ""))
                .valueStream()
                .map(each -> new Received(
                        each.path("id").asString(),
                        each.path("timestamp").asLong(),
                        each.path("signatures").asInt(),
                        each.path("valid").asBoolean(),
                        each.path("status").asInt(),
                        each.path("body")))
                .toList();
    }

    /** The requests to an endpoint that it has answered 2xx. */
    public List<Received> confirmed(String name) {
        return received(name).stream().filter(Received::isConfirmed).toList();
    }

    private String send(String method, String path, String body) {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .method(method, BodyPublishers.ofString(body))
                .build();
        try {
            HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
            if (response.statusCode() != 200) {
                throw new IllegalStateException(path + " is answered " + response.statusCode());
            }
            return response.body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        process.close();
    }
}
