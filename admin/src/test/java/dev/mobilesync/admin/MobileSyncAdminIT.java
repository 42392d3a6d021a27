package dev.mobilesync.admin;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.mobilesync.admin.command.ExitCode;
import dev.mobilesync.messages.MessageCodec;
import dev.mobilesync.testsupport.ChildProcess;
import dev.mobilesync.testsupport.Repository;
import dev.mobilesync.testsupport.TestServers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The built jar as a process, with settings from the environment. */
@Tag("slow")
class MobileSyncAdminIT {

    private final Path directory;

    MobileSyncAdminIT(@TempDir Path directory) {
        this.directory = directory;
    }

    @Test
    void printsHelpWithoutServers() throws Exception {
        CommandRun help = run(Map.of(), "--help");
        assertThat(help.exit()).isEqualTo(ExitCode.OK);
        assertThat(help.out())
                .contains("doctor", "dead-letters", "story", "sweep", "erase", "retention", "Exit codes:");
        assertThat(run(Map.of(), "nonsense").exit()).isEqualTo(ExitCode.USAGE);
        assertThat(run(Map.of(), "--version").out()).matches("mobile-sync-admin.jar \\d+\\.\\d+\\.\\d+\\S*\\R");
        CommandRun unset = run(Map.of(), "doctor");
        assertThat(unset.exit()).isEqualTo(ExitCode.USAGE);
        assertThat(unset.err()).contains("MOBILE_SYNC_STORE_ENDPOINT").doesNotContain("\tat ");
    }

    /** Logs, such as the audit log of an erasure, go to standard error. */
    @Test
    void printsResultsAloneOnStandardOutput() throws Exception {
        try (AdminServers servers = AdminServers.open()) {
            Map<String, String> environment = TestServers.environment(servers.settings());
            CommandRun doctor = run(environment, "--json", "doctor");
            assertThat(doctor.exit()).as(doctor.out() + doctor.err()).isIn(ExitCode.OK, ExitCode.PROBLEM);
            assertThat(doctor.json()).hasSize(1);
            assertThat(doctor.json().get(0).path("findings").size()).isGreaterThan(5);

            CommandRun erase = run(environment, "erase", "P001", "--json");
            assertThat(erase.exit()).as(erase.err()).isEqualTo(ExitCode.OK);
            assertThat(erase.out()).isEqualTo(MessageCodec.mapper().readTree(erase.out()) + "\n");
            assertThat(erase.err()).contains("action=erase role=operator");
        }
    }

    /** Maven adds it online only. */
    @Test
    void containsBillOfMaterials() throws Exception {
        try (JarFile jar = new JarFile(
                Repository.file("admin/target/mobile-sync-admin.jar").toFile())) {
            ZipEntry entry = jar.getEntry("META-INF/sbom/application.cdx.json");
            assumeTrue(entry != null || "true".equals(System.getenv("CI")), "the jar was built offline");
            JsonNode document = new JsonMapper().readTree(jar.getInputStream(requireNonNull(entry)));
            assertThat(document.path("components").valueStream())
                    .extracting(component -> component.path("name").asString())
                    .contains("picocli", "amqp-client", "lettuce-core", "minio");
        }
    }

    private CommandRun run(Map<String, String> environment, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                ChildProcess.java(),
                "-XX:TieredStopAtLevel=1",
                "-jar",
                Repository.file("admin/target/mobile-sync-admin.jar").toString()));
        command.addAll(List.of(arguments));
        Path out = directory.resolve("out");
        Path err = directory.resolve("err");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().keySet().removeIf(key -> key.startsWith("SPRING_") || key.startsWith("MOBILE_SYNC_"));
        builder.environment().putAll(environment);
        Process process = builder.start();
        if (!process.waitFor(2, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            throw new AssertionError("still running: " + Files.readString(err));
        }
        return new CommandRun(process.exitValue(), Files.readString(out), Files.readString(err));
    }
}
