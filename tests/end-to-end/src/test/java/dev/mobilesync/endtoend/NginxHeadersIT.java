package dev.mobilesync.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.MessageCodec;
import dev.mobilesync.messages.StompTopics;
import dev.mobilesync.testsupport.ApiClient;
import dev.mobilesync.testsupport.Nginx;
import dev.mobilesync.testsupport.StompTestClient;
import dev.mobilesync.testsupport.TestTokens;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.WebSocketHandshakeException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Client address, host, scheme and origin reach the services; forged headers do not. */
@Tag("slow")
@EnabledIf(value = "dev.mobilesync.testsupport.Nginx#isAvailable", disabledReason = Nginx.SKIP_REASON)
@ExtendWith(OutputCaptureExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NginxHeadersIT extends NginxFixture {

    private static final int GUESSES = 120;

    /** Headers that a client may forge to claim another address or origin. */
    private static final Map<String, String> FORGED = Map.of(
            "Forwarded", "for=203.0.113.7;host=evil.example.com;proto=https",
            "X-Forwarded-For", "203.0.113.7",
            "X-Forwarded-Host", "evil.example.com",
            "X-Forwarded-Proto", "https",
            "X-Forwarded-Port", "444",
            "X-Forwarded-Server", "evil.example.com",
            "X-Forwarded-Prefix", "/evil",
            "X-Forwarded-Scheme", "https",
            "X-Forwarded-Ssl", "on",
            "X-Real-IP", "203.0.113.7");

    /** Captures how nginx forwards a request with forged headers. */
    @Test
    void replacesForgedHeaders(@TempDir Path directory) throws IOException {
        HttpServer echo = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        echo.createContext("/", exchange -> {
            Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            exchange.getRequestHeaders().forEach((name, values) -> headers.put(name, String.join("|", values)));
            byte[] body = MessageCodec.mapper().writeValueAsBytes(headers);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        echo.start();
        URI server = URI.create("http://127.0.0.1:" + echo.getAddress().getPort());
        try (NginxProcess proxy = NginxProcess.start(directory, List.of(server, server), List.of(server, server))) {
            for (URI port : List.of(proxy.web(), proxy.socketHttp())) {
                Map<String, String> sent = new TreeMap<>(FORGED);
                sent.put("Host", "sync.example.com:8443");
                sent.put("Origin", ALLOWED_ORIGIN);
                sent.put("Upgrade", "h2c");

                Response response = exchange("127.0.0.2", port, "GET", "/", sent, "");

                assertThat(response.status()).isEqualTo(200);
                Map<String, String> received = new TreeMap<>();
                MessageCodec.mapper()
                        .readTree(response.body())
                        .properties()
                        .forEach(header -> received.put(
                                header.getKey().toLowerCase(Locale.ROOT),
                                header.getValue().asString()));
                assertThat(received)
                        .containsExactlyInAnyOrderEntriesOf(Map.of(
                                "host", "sync.example.com:8443",
                                "origin", ALLOWED_ORIGIN,
                                "x-forwarded-for", "127.0.0.2",
                                "x-forwarded-proto", "http",
                                "x-forwarded-port", Integer.toString(port.getPort())));
            }
        } finally {
            echo.stop(0);
        }
    }

    /** The link in the QR code contains the address that the examinee's browser used. */
    @Test
    void passesHostAndScheme() throws IOException {
        Map<String, String> headers = new TreeMap<>(FORGED);
        headers.put("Host", "sync.example.com:" + nginx.web().getPort());
        headers.put("Authorization", "Bearer " + TestTokens.examinee("nginx-5", "E1"));
        Response response =
                exchange("127.0.0.2", nginx.web(), "POST", ApiClient.pairingsPath("nginx-5", "E1"), headers, "");
        assertThat(response.status()).as(response.body()).isEqualTo(201);
        assertThat(json(response).path("captureUrl").asString())
                .startsWith("http://sync.example.com:" + nginx.web().getPort() + "/capture#");
    }

    @Test
    void passesClientAddress(CapturedOutput output) throws IOException {
        Map<String, String> headers = new TreeMap<>(FORGED);
        headers.put("Host", "sync.example.com");
        headers.put("Authorization", "Bearer " + TestTokens.proctor("proctor-6", "nginx-6"));
        Response response = exchange("127.0.0.6", nginx.web(), "GET", "/captures/unknown/sync_cap.jpg", headers, "");
        assertThat(response.status()).as(response.body()).isEqualTo(404);
        await().untilAsserted(() -> assertThat(output.getAll().lines())
                .anyMatch(line -> line.contains("action=view-picture role=proctor who=proctor-6")
                        && line.contains("address=127.0.0.6")));
    }

    @Test
    void passesOriginToWebServer() throws IOException {
        String path = ApiClient.recordsPath("nginx-7");
        Map<String, String> headers = new TreeMap<>();
        headers.put("Host", "sync.example.com:" + nginx.web().getPort());
        headers.put("Authorization", "Bearer " + TestTokens.proctor("proctor-7", "nginx-7"));

        headers.put("Origin", ALLOWED_ORIGIN);
        Response allowed = exchange("127.0.0.2", nginx.web(), "GET", path, headers, "");
        assertThat(allowed.status()).isEqualTo(200);
        assertThat(allowed.head().toLowerCase(Locale.ROOT)).contains("access-control-allow-origin: " + ALLOWED_ORIGIN);

        headers.put("Origin", "https://evil.example.com");
        assertThat(exchange("127.0.0.2", nginx.web(), "GET", path, headers, "").status())
                .isEqualTo(403);

        headers.put("Origin", "http://sync.example.com:" + nginx.web().getPort());
        assertThat(exchange("127.0.0.2", nginx.web(), "GET", path, headers, "").status())
                .as("the pages' own origin, as the browser sees it")
                .isEqualTo(200);
    }

    @Test
    void passesOriginToSocketServer() throws Exception {
        try (StompTestClient browser =
                StompTestClient.open(nginx.socket(), Map.of("Origin", ALLOWED_ORIGIN, "X-Forwarded-Host", "x"))) {
            browser.raw("CONNECT\naccept-version:1.2\nhost:x\nAuthorization:Bearer "
                    + TestTokens.examinee("nginx-8", "E1") + "\n\n\0");
            browser.subscribe(StompTopics.examinee(new ExamineeKey("nginx-8", "E1")));
        }
        for (Map<String, String> headers : List.of(
                Map.of("Origin", "https://evil.example.com"),
                Map.of(
                        "Origin", "https://evil.example.com",
                        "X-Forwarded-Host", "evil.example.com",
                        "X-Forwarded-Proto", "https",
                        "Forwarded", "host=evil.example.com;proto=https"))) {
            assertThatThrownBy(() -> StompTestClient.open(nginx.socket(), headers))
                    .isInstanceOfSatisfying(
                            WebSocketHandshakeException.class,
                            e -> assertThat(e.getResponse().statusCode()).isEqualTo(403));
        }
    }

    @Test
    void ignoresForgedAddressesInLimits() throws IOException {
        long started = System.nanoTime();
        int unknown = 0;
        int limited = 0;
        for (int i = 0; i < GUESSES; i++) {
            Response response = redeem("127.0.0.9", "203.0.113." + i, "22222222");
            assertThat(response.status()).as(response.body()).isIn(404, 429);
            unknown += response.status() == 404 ? 1 : 0;
            limited += response.status() == 429 ? 1 : 0;
        }
        double minutes = (System.nanoTime() - started) / 60e9;
        assertThat(unknown)
                .as("the limiter refills permits while the test runs")
                .isBetween(GUESSES_PER_MINUTE, (int) Math.ceil(GUESSES_PER_MINUTE * (1 + minutes)));
        assertThat(limited).isEqualTo(GUESSES - unknown);

        ExamineeKey examinee = new ExamineeKey("nginx-9", "E1");
        String code = ApiClient.json(new ApiClient(nginx.web()).requestPairing(examinee), 201)
                .path("code")
                .asString();
        assertThat(redeem("127.0.0.10", "127.0.0.9", code).status())
                .as("status of another client, which is not limited despite its forged headers")
                .isEqualTo(200);
    }

    private Response redeem(String from, String forwardedFor, String code) throws IOException {
        return exchange(
                from,
                nginx.web(),
                "POST",
                ApiClient.REDEEM_PATH,
                Map.of("Host", "sync.example.com", "Content-Type", "application/json", "X-Forwarded-For", forwardedFor),
                "{\"code\":\"" + code + "\",\"deviceId\":\"M001\"}");
    }

    /**
     * Sends one request with exactly these headers.
     *
     * @param from the client's address, one of 127.0.0.0/8
     */
    private static Response exchange(
            String from, URI server, String method, String path, Map<String, String> headers, String body)
            throws IOException {
        StringBuilder request = new StringBuilder(method + " " + path + " HTTP/1.0\r\n");
        headers.forEach((name, value) -> request.append(name + ": " + value + "\r\n"));
        if (method.equals("POST")) {
            request.append("Content-Length: " + body.length() + "\r\n");
        }
        request.append("\r\n").append(body);
        try (Socket socket =
                new Socket(InetAddress.getByName(server.getHost()), server.getPort(), InetAddress.getByName(from), 0)) {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout((int) StompTestClient.TIMEOUT.toMillis());
            socket.getOutputStream().write(request.toString().getBytes(StandardCharsets.UTF_8));
            String response = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int end = response.indexOf("\r\n\r\n");
            return new Response(
                    Integer.parseInt(response.split(" ", 3)[1]),
                    response.substring(0, end),
                    response.substring(end + 4));
        }
    }
}
