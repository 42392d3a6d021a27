package dev.mobilesync.state.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import com.standardwebhooks.Webhook;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.mobilesync.state.WebhookProperties;
import dev.mobilesync.state.WebhookSecret;
import dev.mobilesync.state.webhook.AttemptResult.AttemptOutcome;
import dev.mobilesync.testsupport.SelfSigned;
import dev.mobilesync.testsupport.WebhookReceiver;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests over TLS. {@link WebhookIT} covers the other answers. */
class WebhookClientTests {

    private static final List<WebhookSecret> SECRET = List.of(WebhookSecret.valueOf(WebhookReceiver.SECRET));
    private static final String PAYLOAD = "{\"reason\":\"너무 어두움\"}";

    private final BlockingQueue<Map.Entry<Map<String, List<String>>, String>> received = new LinkedBlockingQueue<>();
    private SelfSigned certificate;
    private HttpsServer server;

    @BeforeEach
    void start(@TempDir Path directory) throws Exception {
        certificate = SelfSigned.in(directory);
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(certificate.serving()));
        server.createContext("/", exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            received.add(Map.entry(exchange.getRequestHeaders(), body));
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void sendsSignedRequestOverTls() throws Exception {
        AttemptResult attempt =
                client(certificate.trusting()).send("id-1", PAYLOAD).join();

        assertThat(attempt.outcome()).isEqualTo(AttemptOutcome.SUCCESS);
        Map.Entry<Map<String, List<String>>, String> request = received.remove();
        assertThat(request.getValue()).isEqualTo(PAYLOAD);
        assertThat(request.getKey())
                .containsEntry("Webhook-id", List.of("id-1"))
                .containsEntry("Content-type", List.of("application/json"));
        // Throws if the signature differs.
        new Webhook(WebhookReceiver.SECRET).verify(request.getValue(), request.getKey());
    }

    @Test
    void rejectsUntrustedCertificate() {
        AttemptResult attempt = client(null).send("id-1", PAYLOAD).join();

        assertThat(attempt.outcome()).isEqualTo(AttemptOutcome.UNAVAILABLE);
        assertThat(attempt.reason()).contains("SSLHandshakeException");
        assertThat(received).isEmpty();
    }

    private WebhookClient client(@Nullable SSLContext trusted) {
        String url = "https://localhost:" + server.getAddress().getPort() + "/hooks";
        WebhookEndpoint endpoint =
                new WebhookEndpoint("test", "webhook_queue", URI.create(url), new WebhookSigner(SECRET), plan -> true);
        return new WebhookClient(endpoint, properties(url), trusted, Clock.systemUTC());
    }

    private static WebhookProperties properties(String url) {
        Duration limit = Duration.ofSeconds(30);
        return new WebhookProperties(url, SECRET, Map.of(), false, "", limit, limit, limit, limit, limit, limit, 1, 1);
    }
}
