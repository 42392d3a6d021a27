package dev.mobilesync.endtoend;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** A built jar, started as a user starts it: {@code java -jar}, with settings from the environment. */
final class JavaProcess implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Process process;
    private final Path output;

    private JavaProcess(Process process, Path output) {
        this.process = process;
        this.output = output;
    }

    /**
     * @param jar below the repository, such as {@code web-server/target/web-server-exec.jar}
     * @param folder where it runs; its output goes there, too
     */
    static JavaProcess start(String jar, Path folder, Map<String, String> environment, String... arguments) {
        Path file = Path.of("..").resolve(jar).toAbsolutePath().normalize();
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-jar", file.toString()));
        command.addAll(List.of(arguments));
        try {
            Path output = Files.createTempFile(folder, requireNonNull(file.getFileName()) + "-", ".out");
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile());
            builder.environment().keySet().removeIf(key -> key.startsWith("SPRING_") || key.startsWith("MOBILE_SYNC_"));
            builder.environment().putAll(environment);
            return new JavaProcess(builder.start(), output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String output() {
        try {
            return Files.readString(output, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Kills it if that does not come in time. */
    JavaProcess awaitOutput(String text) {
        try {
            awaitOutputOrFail(text);
            return this;
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    private void awaitOutputOrFail(String text) {
        Awaitility.await()
                .alias(text)
                .atMost(PATIENCE)
                .failFast(() -> assertThat(process.isAlive() || output().contains(text))
                        .as(output())
                        .isTrue())
                .until(() -> output().contains(text));
    }

    int awaitExit() {
        try {
            if (!process.waitFor(2 * PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError("still running: " + output());
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** SIGTERM, as an operator does. */
    int stop() {
        process.destroy();
        return awaitExit();
    }

    /** SIGKILL, as a machine does. */
    void kill() {
        process.destroyForcibly();
        awaitExit();
    }

    @Override
    public void close() {
        if (process.isAlive()) {
            kill();
        }
    }
}
