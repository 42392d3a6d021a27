package dev.mobilesync.endtoend;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.testsupport.ApiClient;
import dev.mobilesync.testsupport.ChildProcess;
import dev.mobilesync.testsupport.MultipartBody;
import dev.mobilesync.testsupport.ServerKind;
import dev.mobilesync.testsupport.ServerUsage;
import dev.mobilesync.testsupport.TestPorts;
import dev.mobilesync.testsupport.TestServers;
import java.io.IOException;
import java.io.StringReader;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the built {@code mobile-sync.jar} as users do. */
class StandaloneIT {

    private static final String JAR = "standalone/target/mobile-sync.jar";
    private static final ExamineeKey EXAMINEE = new ExamineeKey("P001", "E001");
    private static final String RECORD = ApiClient.recordPath("P001", "E001");
    private static final String PICTURE = "/captures/E001/sync_cap.jpg";

    /** Without configured servers it embeds all of them. A time limit names no server. */
    @Test
    void checkPassesOneCaptureAndPrintsStages(@TempDir Path directory) {
        ServerUsage.record(ServerKind.EMBEDDED);
        String output = assertCheckPasses(
                directory,
                Map.of(
                        "LOGGING_STRUCTURED_FORMAT_CONSOLE", "ecs",
                        "SPRING_RABBITMQ_LISTENER_SIMPLE_PREFETCH", "500",
                        "SPRING_DATA_REDIS_TIMEOUT", "3s"));
        assertThat(output.lines().filter(line -> line.contains(" embedded,"))).hasSize(3);

        JsonLog log = new JsonLog(output);
        log.assertContainsNone();
        assertThat(log.lines())
                .allSatisfy(line -> assertThat(line.at("/service/name").asString())
                        .isIn("web-server", "state-manager", "socket-server", "mobile-sync"));
        assertThat(log.audited("upload")).singleElement().satisfies(line -> {
            assertThat(line.at("/service/name").asString()).isEqualTo("web-server");
            assertThat(line.path("message").asString()).containsPattern(" trace=[0-9a-f]{32}");
        });
    }

    @Test
    @Tag("slow")
    void checkUsesServersOfEnvironment(@TempDir Path directory) {
        try (TestServers servers = TestServers.open()) {
            assertThat(assertCheckPasses(directory, ThreeProcessesIT.environment(servers)))
                    .doesNotContain(" embedded,")
                    .contains(" INFO  web-server audit - time=");
        }
    }

    private static String assertCheckPasses(Path directory, Map<String, String> environment) {
        try (ChildProcess check = ChildProcess.jar(JAR, directory, environment, "--check")) {
            int exit = check.awaitExit();
            assertThat(exit).as(check.output()).isZero();
            assertThat(check.output().lines().filter(line -> line.matches("  ok +\\d+ ms  .*")))
                    .as(check.output())
                    .hasSize(10);
            return check.output();
        }
    }

    @Test
    @Tag("slow")
    void keepsPrivateDataAcrossRestartAndKill(@TempDir Path directory) throws Exception {
        Map<String, String> ports = new HashMap<>();
        for (String name : new String[] {
            "WEB", "WEB_MANAGEMENT", "SOCKET", "SOCKET_MANAGEMENT", "STATE", "BROKER", "REDIS", "STORE"
        }) {
            ports.put("MOBILE_SYNC_" + name + "_PORT", Integer.toString(TestPorts.freePort()));
        }
        try (ChildProcess first = ChildProcess.jar(JAR, directory, ports).awaitOutput("mobile-sync is up")) {
            assertManagementPortsAndDataArePrivate(ports, directory.resolve("data"));
            Properties demo = demo(directory);
            assertThat(get(demo, PICTURE)).isEqualTo(404);
            byte[] sample = Files.readAllBytes(directory.resolve("data/sample.jpg"));
            assertThat(api(demo)
                            .uploadBody(
                                    EXAMINEE, demo.getProperty("DEVICE_TOKEN"), MultipartBody.upload("M001", sample))
                            .statusCode())
                    .isEqualTo(201);
            awaitCompleted(demo);
            assertThat(first.stop()).as(first.output()).isEqualTo(143);
        }
        try (ChildProcess second = ChildProcess.jar(JAR, directory, ports).awaitOutput("mobile-sync is up")) {
            awaitCompleted(demo(directory));
            assertThat(get(demo(directory), PICTURE)).isEqualTo(200);
            second.kill();
        }
        try (ChildProcess third = ChildProcess.jar(JAR, directory, ports).awaitOutput("mobile-sync is up")) {
            awaitCompleted(demo(directory));
            assertThat(get(demo(directory), PICTURE)).isEqualTo(200);
            assertThat(third.stop()).as(third.output()).isEqualTo(143);
        }
    }

    private static void assertManagementPortsAndDataArePrivate(Map<String, String> ports, Path data)
            throws IOException {
        assertThat(accepts("127.0.0.2", port(ports, "WEB"))).isTrue();
        for (String name : List.of("WEB_MANAGEMENT", "SOCKET_MANAGEMENT", "STATE")) {
            int port = port(ports, name);
            assertThat(accepts("127.0.0.1", port)).as(name).isTrue();
            assertThat(accepts("127.0.0.2", port)).as(name).isFalse();
        }
        for (Path directory : List.of(data, data.resolve("redis"), data.resolve("broker"), data.resolve("store"))) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)))
                    .as("%s", directory)
                    .isEqualTo("rwx------");
        }
    }

    private static int port(Map<String, String> ports, String name) {
        return Integer.parseInt(requireNonNull(ports.get("MOBILE_SYNC_" + name + "_PORT")));
    }

    private static boolean accepts(String address, int port) {
        try (Socket socket = new Socket(address, port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    private static Properties demo(Path directory) throws IOException {
        Properties demo = new Properties();
        demo.load(new StringReader(Files.readString(directory.resolve("data/demo.env"))));
        return demo;
    }

    private static ApiClient api(Properties demo) {
        return new ApiClient(URI.create(demo.getProperty("WEB")));
    }

    private static int get(Properties demo, String path) {
        return api(demo).get(path, demo.getProperty("PROCTOR_TOKEN")).statusCode();
    }

    private static void awaitCompleted(Properties demo) {
        await().untilAsserted(() -> assertThat(get(demo, RECORD)).isEqualTo(200));
    }
}
