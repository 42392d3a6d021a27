package dev.mobilesync.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.testsupport.ChildProcess;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The built {@code mobile-sync.jar --check}, as a user runs it. */
abstract class StandaloneContract {

    static final String JAR = "standalone/target/mobile-sync.jar";

    /** What the environment names. */
    abstract Map<String, String> environment();

    @Test
    void checkPassesOneCaptureThroughAndPrintsEveryHop(@TempDir Path folder) {
        try (ChildProcess check = ChildProcess.jar(JAR, folder, environment(), "--check")) {
            int exit = check.awaitExit();
            assertThat(exit).as(check.output()).isZero();
            assertThat(check.output().lines().filter(line -> line.matches("  ok +\\d+ ms  .*")))
                    .as(check.output())
                    .hasSize(10);
        }
    }
}
