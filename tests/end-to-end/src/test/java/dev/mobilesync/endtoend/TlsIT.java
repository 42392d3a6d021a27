package dev.mobilesync.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mobilesync.endtoend.MobileSyncSystem.Service;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.StompTopics;
import dev.mobilesync.testsupport.ApiClient;
import dev.mobilesync.testsupport.Jpegs;
import dev.mobilesync.testsupport.SelfSigned;
import dev.mobilesync.testsupport.StompTestClient;
import dev.mobilesync.testsupport.TestTokens;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A capture over TLS. The services terminate TLS with a Spring SSL bundle. */
class TlsIT {

    private static final ExamineeKey EXAMINEE = new ExamineeKey("P001", "E001");

    @Test
    void passesCaptureOverHttpsAndWss(@TempDir Path directory) throws Exception {
        SelfSigned certificate = SelfSigned.in(directory);
        Map<String, String> settings = new HashMap<>(certificate.properties());
        settings.put("management.server.ssl.enabled", "false");
        HttpClient http =
                HttpClient.newBuilder().sslContext(certificate.trusting()).build();
        MobileSyncSystem system = MobileSyncSystem.shared();
        system.reconfigure(Service.WEB_SERVER, settings);
        system.reconfigure(Service.SOCKET_SERVER, settings);
        URI web = URI.create("https://localhost:" + system.web().getPort());
        URI socket = URI.create("wss://localhost:" + system.socket().getPort() + "/ws");
        try (StompTestClient browser =
                StompTestClient.open(http, socket, Map.of("Origin", "https://" + socket.getAuthority()))) {
            browser.login(TestTokens.examinee("P001", "E001"), Map.of());
            browser.connected();
            browser.subscribe(StompTopics.examinee(EXAMINEE));
            HttpResponse<String> response = new ApiClient(http, web).upload(EXAMINEE, "M001", Jpegs.picture(1));
            assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
            assertThat(response.headers().firstValue("Strict-Transport-Security"))
                    .isPresent();
            browser.await("mobile_sync_completed");
        }

        assertThat(new ApiClient(http, web).get("/livez", "").sslSession())
                .hasValueSatisfying(session -> assertThat(session.getProtocol()).isIn("TLSv1.3", "TLSv1.2"));
        assertThat(ApiClient.ofOther(system.management(Service.WEB_SERVER))
                        .get("/actuator/health/liveness", "")
                        .statusCode())
                .as("health without TLS, as configured")
                .isEqualTo(200);
        assertThatThrownBy(() -> new ApiClient(web).upload(EXAMINEE, "M001", Jpegs.picture(1)))
                .as("a client that does not trust the certificate")
                .isInstanceOf(UncheckedIOException.class);
        assertThat(ApiClient.ofOther(system.web())
                        .upload(EXAMINEE, "M001", Jpegs.picture(1))
                        .statusCode())
                .as("plain HTTP on the TLS port, which answers in plain text")
                .isEqualTo(400);
    }
}
