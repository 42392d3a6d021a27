package dev.mobilesync.endtoend;

import static dev.mobilesync.endtoend.MobileSyncSystem.enterStep;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.StompTopics;
import dev.mobilesync.testsupport.ApiClient;
import dev.mobilesync.testsupport.ChildProcess;
import dev.mobilesync.testsupport.Jpegs;
import dev.mobilesync.testsupport.MultipartBody;
import dev.mobilesync.testsupport.StompTestClient;
import dev.mobilesync.testsupport.TestPorts;
import dev.mobilesync.testsupport.TestServers;
import dev.mobilesync.testsupport.TestTokens;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * The three services as separate JVMs. web-server reads its secrets from files, the others from the environment. All export
 * their traces, and log JSON.
 */
class ThreeProcessesIT {

    /** Allows for JVMs that run at low priority. */
    private static final Duration START_LIMIT = Duration.ofMinutes(3);

    private static final byte[] PICTURE = Jpegs.picture(1);
    private static final ExamineeKey EXAMINEE = new ExamineeKey("P001", "E001");

    @Test
    void passesOneCapture(@TempDir Path directory, @TempDir Path secrets) throws IOException {
        int web = TestPorts.freePort();
        int webManagement = TestPorts.freePort();
        int state = TestPorts.freePort();
        int socket = TestPorts.freePort();
        int socketManagement = TestPorts.freePort();
        try (TestServers servers = TestServers.open();
                OtlpCollector collector = new OtlpCollector()) {
            Map<String, String> environment = environment(servers);
            environment.put("OTEL_EXPORTER_OTLP_ENDPOINT", collector.address());
            environment.put("OTEL_TRACES_SAMPLER", "parentbased_traceidratio");
            environment.put("OTEL_TRACES_SAMPLER_ARG", "1.0");
            environment.put("LOGGING_STRUCTURED_FORMAT_CONSOLE", "ecs");
            try (ChildProcess webServer = ChildProcess.jar(
                            "web-server/target/web-server-exec.jar",
                            directory,
                            withSecretFiles(with(environment, web, webManagement), secrets));
                    ChildProcess stateManager = ChildProcess.jar(
                            "state-manager/target/state-manager-exec.jar", directory, with(environment, state, state));
                    ChildProcess socketServer = ChildProcess.jar(
                            "socket-server/target/socket-server-exec.jar",
                            directory,
                            with(environment, socket, socketManagement))) {
                awaitReady(webManagement, webServer);
                awaitReady(state, stateManager);
                awaitReady(socketManagement, socketServer);

                String code;
                String token;
                try (StompTestClient browser = StompTestClient.connect(
                        URI.create("ws://127.0.0.1:" + socket + "/ws"), TestTokens.examinee("P001", "E001"))) {
                    browser.subscribe(StompTopics.examinee(EXAMINEE));
                    enterStep(browser, EXAMINEE);
                    browser.await("mobile_sync_waiting");
                    ApiClient phone = new ApiClient(URI.create("http://127.0.0.1:" + web));
                    code = phone.pairingCode(EXAMINEE);
                    token = ApiClient.json(phone.redeem(code, "M001"), 200)
                            .path("token")
                            .asString();
                    assertThat(phone.uploadBody(EXAMINEE, token, MultipartBody.upload("M001", PICTURE))
                                    .statusCode())
                            .isEqualTo(201);
                    browser.await("mobile_sync_completed");
                }
                for (ChildProcess service : List.of(webServer, stateManager, socketServer)) {
                    assertThat(service.stop()).as(service.output()).isEqualTo(143);
                    assertThat(service.output()).doesNotContain("Exception");
                }
                CaptureTrace trace = collector.captureTrace();
                trace.assertComplete(EXAMINEE, "", 1);
                JsonLog log = new JsonLog(webServer.output(), stateManager.output(), socketServer.output());
                log.assertOnlyJson();
                log.assertContainsNone(code, token, TestTokens.SECRET, TestTokens.examinee("P001", "E001"));
                log.assertContainsNoPicture(PICTURE);
                assertThat(log.ofTrace(trace.id()))
                        .as("lines of the capture")
                        // On a slow machine this upload may be the first that reaches the store, which keeps no
                        // versions.
                        .filteredOn(line -> !line.path("message")
                                .asString()
                                .startsWith("bucket captures keeps only the latest picture"))
                        .singleElement()
                        .satisfies(line -> {
                            assertThat(line.at("/log/level").asString()).isEqualTo("INFO");
                            assertThat(line.at("/service/name").asString()).isEqualTo("web-server");
                            JsonNode audit = line.path("audit");
                            assertThat(audit.path("action").asString()).isEqualTo("upload");
                            assertThat(audit.path("who").asString()).isEqualTo("P001:E001:M001");
                            assertThat(audit.path("plan").asString()).isEqualTo("P001");
                            assertThat(audit.path("examinee").asString()).isEqualTo("E001");
                            assertThat(audit.path("result").asInt()).isEqualTo(201);
                            assertThat(audit.path("outcome").asString()).isEqualTo("COMPLETED");
                            assertThat(audit.path("bytes").asInt()).isEqualTo(PICTURE.length);
                            assertThat(audit.path("millis").asInt()).isNotNegative();
                            assertThat(audit.path("trace").asString()).isEqualTo(trace.id());
                        });
            }
        }
    }

    /** The same settings with each secret in a file named after its key. */
    private static Map<String, String> withSecretFiles(Map<String, String> environment, Path directory)
            throws IOException {
        Map<String, String> others = new HashMap<>(environment);
        String jwtSecret = requireNonNull(others.remove("MOBILE_SYNC_JWT_SECRET"));
        String storeSecret = requireNonNull(others.remove("MOBILE_SYNC_STORE_SECRET_KEY"));
        Files.writeString(directory.resolve("mobile-sync.jwt.secret"), jwtSecret + "\n");
        Files.writeString(directory.resolve("mobile-sync.store.secret-key"), storeSecret);
        others.put("SPRING_CONFIG_IMPORT", "configtree:" + directory + "/");
        return others;
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
        ApiClient management = ApiClient.ofOther(URI.create("http://127.0.0.1:" + managementPort));
        await().atMost(START_LIMIT)
                .failFast(
                        () -> assertThat(service.isAlive()).as(service.output()).isTrue())
                .ignoreExceptionsInstanceOf(UncheckedIOException.class)
                .untilAsserted(() -> assertThat(
                                management.get("/actuator/health/readiness", "").statusCode())
                        .as(service.output())
                        .isEqualTo(200));
    }
}
