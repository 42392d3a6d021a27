package dev.mobilesync.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.testsupport.ChildProcess;
import dev.mobilesync.testsupport.Loopback;
import java.io.IOException;
import java.io.StringReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With no server named: all of them embedded. */
class EmbeddedStandaloneIT extends StandaloneContract {

    private static final ExamineeKey EXAMINEE = new ExamineeKey("P001", "E001");

    @Override
    Map<String, String> environment() {
        return Map.of();
    }

    @Test
    void dataOutlivesARestartAndAKill(@TempDir Path folder) throws Exception {
        Map<String, String> ports = new HashMap<>();
        for (String name : new String[] {
            "WEB", "WEB_MANAGEMENT", "SOCKET", "SOCKET_MANAGEMENT", "STATE", "BROKER", "REDIS", "STORE"
        }) {
            ports.put("MOBILE_SYNC_" + name + "_PORT", Integer.toString(Loopback.freePort()));
        }
        try (ChildProcess first = ChildProcess.jar(JAR, folder, ports).awaitOutput("mobile-sync is up")) {
            Properties demo = demo(folder);
            assertThat(get(demo, "/captures/E001/sync_cap.jpg")).isEqualTo(404);
            Phone phone =
                    new Phone(URI.create(demo.getProperty("WEB")), EXAMINEE, "M001", demo.getProperty("DEVICE_TOKEN"));
            assertThat(phone.upload(Files.readAllBytes(folder.resolve("data/sample.jpg")))
                            .status())
                    .isEqualTo(201);
            awaitCompleted(demo);
            assertThat(first.stop()).as(first.output()).isEqualTo(143);
        }
        try (ChildProcess second = ChildProcess.jar(JAR, folder, ports).awaitOutput("mobile-sync is up")) {
            awaitCompleted(demo(folder));
            assertThat(get(demo(folder), "/captures/E001/sync_cap.jpg")).isEqualTo(200);
            second.kill();
        }
        try (ChildProcess third = ChildProcess.jar(JAR, folder, ports).awaitOutput("mobile-sync is up")) {
            awaitCompleted(demo(folder));
            assertThat(get(demo(folder), "/captures/E001/sync_cap.jpg")).isEqualTo(200);
            assertThat(third.stop()).as(third.output()).isEqualTo(143);
        }
    }

    private static Properties demo(Path folder) throws IOException {
        Properties demo = new Properties();
        demo.load(new StringReader(Files.readString(folder.resolve("data/demo.env"))));
        return demo;
    }

    private static void awaitCompleted(Properties demo) {
        Awaitility.await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertThat(
                        get(demo, "/api/v1/plans/P001/examinees/E001/mobile-sync"))
                .isEqualTo(200));
    }

    private static int get(Properties demo, String path) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(demo.getProperty("WEB") + path))
                                .header("Authorization", "Bearer " + demo.getProperty("PROCTOR_TOKEN"))
                                .build(),
                        BodyHandlers.ofString())
                .statusCode();
    }
}
