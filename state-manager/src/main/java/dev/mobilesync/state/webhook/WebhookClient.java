package dev.mobilesync.state.webhook;

import static java.util.Objects.requireNonNull;

import dev.mobilesync.state.WebhookProperties;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** Sends signed requests to one endpoint. Follows no redirects, and ignores the bodies of responses. */
final class WebhookClient {

    private final WebhookEndpoint endpoint;
    private final Duration timeout;
    private final Clock clock;
    private final HttpClient client;

    /**
     * @param ssl the certificates to trust; {@code null} for those of the JVM
     */
    WebhookClient(WebhookEndpoint endpoint, WebhookProperties properties, @Nullable SSLContext ssl, Clock clock) {
        this.endpoint = endpoint;
        this.timeout = properties.timeout();
        this.clock = clock;
        HttpClient.Builder builder = HttpClient.newBuilder()
                // Servers reject the client's attempt to upgrade a connection without TLS to HTTP/2.
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(properties.connectTimeout());
        if (ssl != null) {
            builder.sslContext(ssl);
        }
        this.client = builder.build();
    }

    /** Makes one attempt. The result does not fail. */
    CompletableFuture<AttemptResult> send(String id, String payload) {
        try {
            CompletableFuture<HttpResponse<Void>> exchange =
                    client.sendAsync(request(id, payload), BodyHandlers.discarding());
            return exchange.handle(this::result)
                    // The request's own time limit does not cover the body of the response.
                    .completeOnTimeout(ResponsePolicy.TIMED_OUT, timeout.toMillis(), TimeUnit.MILLISECONDS)
                    .whenComplete((attempt, failure) -> exchange.cancel(true));
        } catch (RuntimeException e) {
            return CompletableFuture.completedFuture(ResponsePolicy.ofFailure(e));
        }
    }

    private HttpRequest request(String id, String payload) {
        long timestamp = clock.instant().getEpochSecond();
        return HttpRequest.newBuilder(endpoint.url())
                .timeout(timeout)
                .header("Content-Type", "application/json")
                .header("User-Agent", "mobile-sync")
                .header("webhook-id", id)
                .header("webhook-timestamp", Long.toString(timestamp))
                .header("webhook-signature", endpoint.signer().sign(id, timestamp, payload))
                .POST(BodyPublishers.ofString(payload))
                .build();
    }

    private AttemptResult result(@Nullable HttpResponse<Void> response, @Nullable Throwable failure) {
        return response == null
                ? ResponsePolicy.ofFailure(requireNonNull(failure))
                : ResponsePolicy.ofStatus(
                        response.statusCode(), response.headers().firstValue("Retry-After"), clock);
    }
}
