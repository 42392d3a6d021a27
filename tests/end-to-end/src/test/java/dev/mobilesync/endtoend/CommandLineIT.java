package dev.mobilesync.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.testsupport.ChildProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs each built jar with arguments that start no service. {@code CommandLineTests} covers the argument syntax. */
class CommandLineIT {

    @ParameterizedTest
    @CsvSource({
        "web-server/target/web-server-exec.jar, --erase=<plan>[/<examinee>]",
        "state-manager/target/state-manager-exec.jar, --dead-letters=<list|replay>",
        "socket-server/target/socket-server-exec.jar, --KEY=VALUE",
        "standalone/target/mobile-sync.jar, --check"
    })
    void exitsWithoutStarting(String jar, String partOfUsage, @TempDir Path directory) throws Exception {
        try (ChildProcess unknown = ChildProcess.jar(jar, directory, Map.of(), "--nonsense");
                ChildProcess help = ChildProcess.jar(jar, directory, Map.of(), "--help");
                ChildProcess version = ChildProcess.jar(jar, directory, Map.of(), "--version")) {
            assertThat(unknown.awaitExit()).isEqualTo(2);
            assertThat(unknown.output())
                    .startsWith("unknown argument --nonsense\n\nUsage: java -jar ")
                    .contains(partOfUsage);

            assertThat(help.awaitExit()).isZero();
            assertThat(help.output()).startsWith("Usage: java -jar ").contains(partOfUsage);

            assertThat(version.awaitExit()).isZero();
            assertThat(version.output()).matches("[a-z-]+\\.jar \\d+\\.\\d+\\.\\d+\\S*\\R");
        }
        try (var files = Files.list(directory)) {
            assertThat(files)
                    .as("files of the directory, the three outputs included")
                    .hasSize(3);
        }
    }
}
