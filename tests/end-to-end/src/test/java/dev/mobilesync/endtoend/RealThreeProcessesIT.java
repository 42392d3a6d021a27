package dev.mobilesync.endtoend;

import static dev.mobilesync.endtoend.MobileSyncSystem.enterStep;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.Topology;
import dev.mobilesync.testsupport.ChildProcess;
import dev.mobilesync.testsupport.Jpegs;
import dev.mobilesync.testsupport.Loopback;
import dev.mobilesync.testsupport.NeedsRealServers;
import dev.mobilesync.testsupport.RealServers;
import dev.mobilesync.testsupport.StompTestClient;
import dev.mobilesync.testsupport.TestServers;
import dev.mobilesync.testsupport.TestTokens;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The three services as separate JVMs against the machine's RabbitMQ and Redis. */
@NeedsRealServers
class RealThreeProcessesIT {

    private static final ExamineeKey EXAMINEE = new ExamineeKey("P001", "E001");

    @Test
    void oneCapturePassesThrough(@TempDir Path folder) throws Exception {
        int web = Loopback.freePort();
        int webManagement = Loopback.freePort();
        int state = Loopback.freePort();
        int socket = Loopback.freePort();
        int socketManagement = Loopback.freePort();
        try (TestServers servers = RealServers.open()) {
            Map<String, String> environment = environment(servers);
            try (ChildProcess webServer = ChildProcess.jar(
                            "web-server/target/web-server-exec.jar", folder, with(environment, web, webManagement));
                    ChildProcess stateManager = ChildProcess.jar(
                            "state-manager/target/state-manager-exec.jar", folder, with(environment, state, state));
                    ChildProcess socketServer = ChildProcess.jar(
                            "socket-server/target/socket-server-exec.jar",
                            folder,
                            with(environment, socket, socketManagement))) {
                awaitReady(webManagement, webServer);
                awaitReady(state, stateManager);
                awaitReady(socketManagement, socketServer);

                try (StompTestClient browser = StompTestClient.connect(
                        URI.create("ws://127.0.0.1:" + socket + "/ws"), TestTokens.examinee("P001", "E001"))) {
                    browser.subscribe(Topology.examineeTopic(EXAMINEE));
                    enterStep(browser, EXAMINEE);
                    browser.await("mobile_sync_waiting");
                    Phone phone = new Phone(URI.create("http://127.0.0.1:" + web), EXAMINEE, "M001");
                    assertThat(phone.upload(Jpegs.picture(1)).status()).isEqualTo(201);
                    browser.await("mobile_sync_completed");
                }
                for (ChildProcess service : new ChildProcess[] {webServer, stateManager, socketServer}) {
                    assertThat(service.stop()).as(service.output()).isEqualTo(143);
                    assertThat(service.output()).doesNotContain("Exception");
                }
            }
        }
    }

    static Map<String, String> environment(TestServers servers) {
        Map<String, String> environment = TestServers.environment(servers.properties());
        environment.put("MOBILE_SYNC_JWT_SECRET", TestTokens.SECRET);
        return environment;
    }

    static Map<String, String> with(Map<String, String> environment, int port, int managementPort) {
        Map<String, String> all = new HashMap<>(environment);
        all.put("SERVER_PORT", Integer.toString(port));
        all.put("MANAGEMENT_SERVER_PORT", Integer.toString(managementPort));
        return all;
    }

    static void awaitReady(int managementPort, ChildProcess service) {
        URI readiness = URI.create("http://127.0.0.1:" + managementPort + "/actuator/health/readiness");
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .failFast(
                        () -> assertThat(service.isAlive()).as(service.output()).isTrue())
                .ignoreExceptionsInstanceOf(IOException.class)
                .untilAsserted(() -> assertThat(HttpClient.newHttpClient()
                                .send(HttpRequest.newBuilder(readiness).build(), BodyHandlers.ofString())
                                .statusCode())
                        .as(service.output())
                        .isEqualTo(200));
    }
}
