package dev.mobilesync.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.testsupport.ChildProcess;
import dev.mobilesync.testsupport.Jpegs;
import dev.mobilesync.testsupport.Loopback;
import dev.mobilesync.testsupport.NeedsRealServers;
import dev.mobilesync.testsupport.RealServers;
import dev.mobilesync.testsupport.TestServers;
import dev.mobilesync.testsupport.TestTokens;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The built jars with settings that are missing, wrong, or in files. */
@TestInstance(Lifecycle.PER_CLASS)
@NeedsRealServers
class SettingsIT {

    private final TestServers servers = RealServers.open();

    @AfterAll
    void stop() {
        servers.close();
    }

    @ParameterizedTest
    @CsvSource({
        "web-server, MOBILE_SYNC_JWT_SECRET, '', MOBILE_SYNC_JWT_SECRET is not set",
        "socket-server, MOBILE_SYNC_JWT_SECRET, '', MOBILE_SYNC_JWT_SECRET is not set",
        "web-server, MOBILE_SYNC_JWT_SECRET, 0123456789012345678901234567890, MOBILE_SYNC_JWT_SECRET is too short",
        "socket-server, MOBILE_SYNC_JWT_SECRET, aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, MOBILE_SYNC_JWT_SECRET is too weak",
        "web-server, MOBILE_SYNC_TRUSTED_PROXIES, a-name, MOBILE_SYNC_TRUSTED_PROXIES",
        "state-manager, MOBILE_SYNC_SYNC_TIMEOUT, 0s, mobile-sync.sync-timeout must be"
    })
    void whatIsMissingOrWrongIsNamed(String service, String key, String value, String expected, @TempDir Path folder) {
        Map<String, String> environment = environment();
        environment.put(key, value);
        try (ChildProcess process = ChildProcess.jar(jar(service), folder, environment)) {
            assertThat(process.awaitExit()).as(process.output()).isEqualTo(1);
            assertThat(process.output())
                    .containsSubsequence("APPLICATION FAILED TO START", "Description:", expected, "Action:")
                    .doesNotContain("\tat ");
            if (!value.isEmpty() && key.endsWith("SECRET")) {
                assertThat(process.output()).doesNotContain(value);
            }
        }
    }

    @Test
    void secretsMayComeFromFiles(@TempDir Path folder, @TempDir Path secrets) throws Exception {
        Map<String, String> environment = environment();
        Files.writeString(secrets.resolve("mobile-sync.jwt.secret"), TestTokens.SECRET + "\n");
        environment.remove("MOBILE_SYNC_JWT_SECRET");
        Files.writeString(
                secrets.resolve("mobile-sync.store.secret-key"),
                String.valueOf(environment.remove("MOBILE_SYNC_STORE_SECRET_KEY")));
        environment.put("SPRING_CONFIG_IMPORT", "configtree:" + secrets + "/");
        try (ChildProcess process = ChildProcess.jar(jar("web-server"), folder, environment)) {
            process.awaitOutput("Started WebServer");
            Phone phone = new Phone(
                    URI.create("http://127.0.0.1:" + environment.get("SERVER_PORT")),
                    new ExamineeKey("P001", "E001"),
                    "M001");
            assertThat(phone.upload(Jpegs.picture(1)).status()).isEqualTo(201);
        }
    }

    private static String jar(String service) {
        return service + "/target/" + service + "-exec.jar";
    }

    private Map<String, String> environment() {
        Map<String, String> environment = new HashMap<>(RealThreeProcessesIT.environment(servers));
        environment.put("SERVER_PORT", Integer.toString(Loopback.freePort()));
        environment.put("MANAGEMENT_SERVER_PORT", Integer.toString(Loopback.freePort()));
        return environment;
    }
}
