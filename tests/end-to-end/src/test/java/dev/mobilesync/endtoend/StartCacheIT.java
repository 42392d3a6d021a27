package dev.mobilesync.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.testsupport.ChildProcess;
import dev.mobilesync.testsupport.Repository;
import dev.mobilesync.testsupport.ServerKind;
import dev.mobilesync.testsupport.ServerUsage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Starts {@code mobile-sync.jar} without options of the JVM, with a start cache and without. */
@Tag("slow")
class StartCacheIT {

    private static final Duration LIMIT = Duration.ofMinutes(1);

    @Test
    void secondJvmUsesCacheAndEndsWithFirst(@TempDir Path directory) throws Exception {
        ServerUsage.record(ServerKind.EMBEDDED);
        Path jar = Files.copy(
                Repository.file("standalone/target/mobile-sync.jar"),
                directory.resolve("mobile-sync.jar"),
                StandardCopyOption.COPY_ATTRIBUTES);
        assertThat(run(directory, jar, "--check")).as("without a cache").isEmpty();

        try (ChildProcess prepare = start(directory, jar, "--prepare")) {
            int exit = prepare.awaitExit();
            assertThat(exit).as(prepare.output()).isZero();
        }
        assertThat(run(directory, jar, "--check")).hasSize(1).allMatch(command -> command.contains(".cache "));

        endsWithLauncher(directory, jar);

        Files.setLastModifiedTime(jar, FileTime.fromMillis(1_000_000_000_000L));
        assertThat(run(directory, jar, "--check"))
                .as("with another jar's cache")
                .isEmpty();
    }

    /** Runs the command to its end. Returns the command lines of the JVMs that it started. */
    private static List<String> run(Path directory, Path jar, String argument) {
        try (ChildProcess process = start(directory, jar, argument)) {
            Map<Long, String> commands = new HashMap<>();
            Awaitility.await().atMost(LIMIT.multipliedBy(5)).until(() -> {
                javaChildren(process)
                        .forEach(
                                child -> child.info().commandLine().ifPresent(line -> commands.put(child.pid(), line)));
                return !process.isAlive();
            });
            int exit = process.awaitExit();
            assertThat(exit).as(process.output()).isZero();
            return List.copyOf(commands.values());
        }
    }

    private static void endsWithLauncher(Path directory, Path jar) {
        try (ChildProcess launcher = start(directory, jar, "--check")) {
            ProcessHandle program = Awaitility.await()
                    .until(() -> javaChildren(launcher).findFirst(), Optional::isPresent)
                    .orElseThrow();
            launcher.awaitOutput("broker, Redis and store are ready");
            ProcessHandle.of(launcher.pid()).orElseThrow().destroyForcibly();
            Awaitility.await().atMost(LIMIT).until(() -> !program.isAlive());
        }
    }

    /** Excludes the embedded Redis. */
    private static Stream<ProcessHandle> javaChildren(ChildProcess process) {
        return ProcessHandle.of(process.pid()).stream()
                .flatMap(ProcessHandle::children)
                .filter(child -> child.info().command().orElse("").endsWith("java"));
    }

    private static ChildProcess start(Path directory, Path jar, String argument) {
        return ChildProcess.start(
                directory,
                directory.resolve(argument.substring(2) + "-" + System.nanoTime() + ".out"),
                Map.of(),
                List.of(ChildProcess.java(), "-jar", jar.toString(), argument));
    }
}
