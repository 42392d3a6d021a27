package dev.mobilesync.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.Topology;
import dev.mobilesync.testsupport.Jpegs;
import dev.mobilesync.testsupport.NeedsRealServers;
import dev.mobilesync.testsupport.RealServers;
import dev.mobilesync.testsupport.SelfSigned;
import dev.mobilesync.testsupport.StompTestClient;
import dev.mobilesync.testsupport.TestTokens;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The scenario over TLS, which the services do by themselves with one of Spring's SSL bundles. */
@NeedsRealServers
class TlsIT {

    private static final ExamineeKey EXAMINEE = new ExamineeKey("P001", "E001");

    @Test
    void aCapturePassesThroughOverHttpsAndWss(@TempDir Path folder) throws Exception {
        SelfSigned certificate = SelfSigned.in(folder);
        Map<String, String> settings = new HashMap<>(certificate.properties());
        settings.put("management.server.ssl.enabled", "false");
        HttpClient http =
                HttpClient.newBuilder().sslContext(certificate.trusting()).build();
        try (MobileSyncSystem system = MobileSyncSystem.start(RealServers.open(), settings)) {
            URI web = URI.create("https://localhost:" + system.web().getPort());
            URI socket = URI.create("wss://localhost:" + system.socket().getPort() + "/ws");
            try (StompTestClient browser =
                    StompTestClient.open(http, socket, Map.of("Origin", "https://" + socket.getAuthority()))) {
                browser.login(TestTokens.examinee("P001", "E001"), Map.of());
                browser.connected();
                browser.subscribe(Topology.examineeTopic(EXAMINEE));
                Phone.Answer answer = new Phone(http, web, EXAMINEE, "M001", TestTokens.device("P001", "E001", "M001"))
                        .upload(Jpegs.picture(1));
                assertThat(answer.status()).as(answer.body()).isEqualTo(201);
                assertThat(answer.headers()).containsKey("strict-transport-security");
                browser.await("mobile_sync_completed");
            }

            assertThat(http.send(HttpRequest.newBuilder(web.resolve("/livez")).build(), BodyHandlers.ofString())
                            .sslSession())
                    .hasValueSatisfying(
                            session -> assertThat(session.getProtocol()).isIn("TLSv1.3", "TLSv1.2"));
            assertThat(system.get(system.webManagement().resolve("/actuator/health/liveness"))
                            .statusCode())
                    .as("health stays without TLS, as it was asked to")
                    .isEqualTo(200);
            assertThatThrownBy(() -> new Phone(web, EXAMINEE, "M001").upload(Jpegs.picture(1)))
                    .as("a client that does not trust the certificate")
                    .isInstanceOf(UncheckedIOException.class);
            assertThat(new Phone(system.web(), EXAMINEE, "M001")
                            .upload(Jpegs.picture(1))
                            .status())
                    .as("no plain HTTP on that port")
                    .isEqualTo(400);
        }
    }
}
